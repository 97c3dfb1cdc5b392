import { expect, test } from "vitest";
import { claimsOf } from "./claims.ts";
import { optionsSchema } from "./options.ts";

const claims = (
  options: Record<string, unknown>,
  weather: { nodes: number; faults: readonly string[] } = { nodes: 3, faults: ["partition-one", "kill-all"] },
) => Object.fromEntries(claimsOf(optionsSchema.parse(options), weather).map(({ model, is }) => [model, is]));

test.each([
  [{}, "holds"],
  [{ partitionHandling: "autoheal" }, "holds"],
  [{ queueType: "mirrored" }, "may-break"],
  [{ queueType: "mirrored", partitionHandling: "ignore" }, "may-break"],
] as const)("%j: confirmed messages under faults: %s", (options, is) => {
  expect(claims(options)["no-lost-writes"]).toBe(is);
});

test("mirrored queues keep what they confirmed while nothing breaks, and on one broker", () => {
  expect(claims({ queueType: "mirrored" }, { nodes: 3, faults: [] })["no-lost-writes"]).toBe("holds");
  expect(claims({ queueType: "mirrored" }, { nodes: 1, faults: ["kill-one"] })["no-lost-writes"]).toBe(
    "holds",
  );
});

test.each([1, 3])("%i brokers that lose their power may forget that there was a queue", (nodes) => {
  expect(claims({}, { nodes, faults: ["kill-one", "power-one"] })["no-lost-writes"]).toBe("may-break");
});

test("messages may be delivered twice", () => {
  expect(claims({}, { nodes: 1, faults: [] })["linearizable"]).toBe("may-break");
});
