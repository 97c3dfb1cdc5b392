import { expect, test } from "vitest";
import { claimsOf } from "./claims.ts";
import { optionsSchema } from "./options.ts";

const claims = (options: Record<string, unknown>, weather = { nodes: 3, faults: true }) =>
  Object.fromEntries(claimsOf(optionsSchema.parse(options), weather).map(({ model, is }) => [model, is]));

test.each([
  [{}, "holds"],
  [{ partitionHandling: "autoheal" }, "holds"],
  [{ queueType: "mirrored" }, "may-break"],
  [{ queueType: "mirrored", partitionHandling: "ignore" }, "may-break"],
] as const)("%j: confirmed messages under faults: %s", (options, is) => {
  expect(claims(options)["no-lost-writes"]).toBe(is);
});

test("mirrored queues keep what they confirmed while nothing breaks, and on one broker", () => {
  expect(claims({ queueType: "mirrored" }, { nodes: 3, faults: false })["no-lost-writes"]).toBe("holds");
  expect(claims({ queueType: "mirrored" }, { nodes: 1, faults: true })["no-lost-writes"]).toBe("holds");
});

test("messages may be delivered twice", () => {
  expect(claims({}, { nodes: 1, faults: false })["linearizable"]).toBe("may-break");
});
