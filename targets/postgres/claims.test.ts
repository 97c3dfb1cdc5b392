import { expect, test } from "vitest";
import type { Model } from "#core/verdict";
import { claimsOf } from "./claims.ts";
import { optionsSchema } from "./options.ts";

const CALM = { nodes: 3, crashes: false, pauses: false, powerLoss: false };
const claim = (options: Record<string, unknown>, model: Model, weather: Partial<typeof CALM> = {}) =>
  claimsOf(optionsSchema.parse(options), { ...CALM, ...weather }).find((entry) => entry.model === model)?.is;

test.each([
  [{}, "no-lost-writes", "may-break"],
  [{}, "linearizable", "may-break"],
  [{}, "preserved-total", "holds"],
  [{}, "convergence", "holds"],
  [{ sync: 1 }, "no-lost-writes", "holds"],
  [{ sync: 1 }, "linearizable", "holds"],
  [{ sync: 1, synchronousCommit: "off" }, "no-lost-writes", "may-break"],
  [{ sync: 1, failover: "unfenced" }, "no-lost-writes", "holds"],
  [{ sync: 1, failover: "unfenced" }, "linearizable", "may-break"],
  [{ sync: 1, readFrom: "standby" }, "read-your-writes", "may-break"],
  [{ sync: 2, synchronousCommit: "remote_apply", readFrom: "any" }, "monotonic-reads", "may-break"],
  [{ sync: 1, readFrom: "standby" }, "no-lost-writes", "may-break"],
  [{ failover: "none" }, "linearizable", "holds"],
  [{ failover: "none" }, "no-lost-writes", "holds"],
  [{ sync: 1, updates: "read-write" }, "no-lost-writes", "may-break"],
  [{ sync: 1, updates: "read-write" }, "preserved-total", "may-break"],
  [{ sync: 1, updates: "read-write", isolation: "repeatable-read" }, "preserved-total", "holds"],
  [{ sync: 1, updates: "read-write", isolation: "serializable" }, "linearizable", "holds"],
  [{ sync: 1, updates: "locked" }, "no-lost-writes", "holds"],
] as const)("%j: %s %s", (options, model, is) => {
  expect(claim(options, model)).toBe(is);
});

test("five nodes elect by three: a commit must be on three, and standbys show what two have", () => {
  expect(claim({ sync: 1 }, "linearizable", { nodes: 5 })).toBe("may-break");
  expect(claim({ sync: 2 }, "linearizable", { nodes: 5 })).toBe("holds");
  expect(claim({ sync: 2 }, "no-lost-writes", { nodes: 5 })).toBe("may-break");
  expect(claim({ failover: "none", sync: 1 }, "no-lost-writes", { nodes: 5 })).toBe("holds");
});

test("what was not forced to disk may be gone with the power, but not with the process", () => {
  const off = { sync: 1, fsync: "off" };
  expect(claim(off, "no-lost-writes", { crashes: true })).toBe("holds");
  for (const model of ["no-lost-writes", "linearizable", "preserved-total", "convergence"] as const) {
    expect(claim(off, model, { crashes: true, powerLoss: true })).toBe("may-break");
    expect(claim({ sync: 1 }, model, { crashes: true, powerLoss: true })).toBe("holds");
  }
});

test("one node alone has no stale copies and no failover, but may forget what is not on disk", () => {
  expect(claim({ readFrom: "any" }, "linearizable", { nodes: 1, crashes: true })).toBe("holds");
  expect(claim({ synchronousCommit: "off" }, "linearizable", { nodes: 1 })).toBe("holds");
  expect(claim({ synchronousCommit: "off" }, "no-lost-writes", { nodes: 1, crashes: true })).toBe(
    "may-break",
  );
});

test("a primary that is paused may sleep past its lease", () => {
  expect(claim({ sync: 1 }, "linearizable", { pauses: true })).toBe("may-break");
  expect(claim({ sync: 1 }, "no-lost-writes", { pauses: true })).toBe("holds");
  expect(claim({ failover: "none" }, "linearizable", { pauses: true })).toBe("holds");
});

test("whatever may break says why", () => {
  for (const failover of ["lease", "unfenced", "none"])
    for (const updates of ["atomic", "read-write"])
      for (const readFrom of ["primary", "any"])
        for (const { is, reason } of claimsOf(optionsSchema.parse({ failover, updates, readFrom }), CALM))
          expect(is === "holds" || reason !== undefined).toBe(true);
});
