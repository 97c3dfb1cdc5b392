import { expect, test } from "vitest";
import type { Model } from "#core/verdict";
import { claimsOf } from "./claims.ts";
import { optionsSchema } from "./options.ts";
import { redis } from "./target.ts";

const STORMY = { nodes: 3, crashes: true };

function claim(options: Record<string, unknown>, model: Model, weather = STORMY) {
  return claimsOf(optionsSchema.parse(options), weather).find((entry) => entry.model === model);
}

test.each([
  [{}, "read-your-writes", "may-break"],
  [{}, "linearizable", "may-break"],
  [{ appendfsync: "always" }, "linearizable", "holds"],
  [{}, "no-lost-writes", "may-break"],
  [{ appendfsync: "always" }, "no-lost-writes", "holds"],
  [{ appendfsync: "always", readFrom: "replica" }, "no-lost-writes", "holds"],
  [{ appendfsync: "always", readFrom: "replica" }, "monotonic-reads", "may-break"],
  [{ readFrom: "any" }, "read-your-writes", "may-break"],
  [{ appendfsync: "off" }, "read-your-writes", "may-break"],
  [{ appendfsync: "off" }, "no-lost-writes", "may-break"],
  [{ topology: "sentinel", appendfsync: "always" }, "no-lost-writes", "may-break"],
  [{ topology: "sentinel", appendfsync: "always" }, "linearizable", "may-break"],
  [{ topology: "sentinel", readFrom: "any" }, "convergence", "holds"],
  [{ topology: "cluster", appendfsync: "always" }, "no-lost-writes", "may-break"],
  [{ topology: "cluster", appendfsync: "always" }, "linearizable", "may-break"],
  [{ topology: "cluster" }, "convergence", "holds"],
] as const)("%j: %s %s", (options, model, is) => {
  expect(claim(options, model)?.is).toBe(is);
});

test("one node alone has no stale copies and no failover", () => {
  const options = { topology: "sentinel", readFrom: "any" };
  expect(claim(options, "linearizable", { nodes: 1, crashes: false })?.is).toBe("holds");
});

test("without crashes persistence does not matter", () => {
  for (const appendfsync of ["everysec", "no", "off"]) {
    expect(claim({ appendfsync }, "no-lost-writes", { nodes: 3, crashes: false })?.is).toBe("holds");
    expect(claim({ appendfsync }, "linearizable", { nodes: 3, crashes: false })?.is).toBe("holds");
  }
});

test.each(["kill-one", "power-one", "power-leader", "power-all"])("%s takes what was not synced", (fault) => {
  const claims = redis.claims(optionsSchema.parse({}), {
    ...{ workload: "session", objects: [], nodes: 3, faults: [fault] },
  });
  expect(claims.find(({ model }) => model === "no-lost-writes")?.is).toBe("may-break");
});

test("whatever may break says why", () => {
  for (const topology of ["replication", "sentinel", "cluster"])
    for (const appendfsync of ["always", "everysec", "no", "off"])
      for (const readFrom of ["primary", "replica", "any"])
        for (const { is, reason } of claimsOf(
          optionsSchema.parse({ topology, appendfsync, readFrom }),
          STORMY,
        ))
          expect(is === "holds" || reason !== undefined).toBe(true);
});
