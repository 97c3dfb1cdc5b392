import { expect, test } from "vitest";
import type { Model } from "#core/verdict";
import { claimsOf } from "./claims.ts";
import { optionsSchema } from "./options.ts";
import { galera } from "./target.ts";

const CALM = {
  ...{ nodes: 3, faults: false, crashes: false, powerLoss: false },
  ...{ manyKilled: false, killedAndCut: false },
};
const claim = (options: Record<string, unknown>, model: Model, weather: Partial<typeof CALM> = {}) =>
  claimsOf(optionsSchema.parse(options), { ...CALM, ...weather }).find((entry) => entry.model === model)?.is;

test.each([
  [{}, "linearizable", "may-break"],
  [{}, "read-your-writes", "holds"],
  [{ route: "first" }, "monotonic-reads", "holds"],
  [{ route: "random" }, "read-your-writes", "may-break"],
  [{}, "no-lost-writes", "holds"],
  [{}, "preserved-total", "holds"],
  [{}, "convergence", "holds"],
  [{ syncWait: 7 }, "linearizable", "holds"],
  [{ syncWait: 7, route: "random" }, "read-your-writes", "holds"],
  [{ syncWait: 1 }, "linearizable", "may-break"],
  [{ syncWait: 1, updates: "locked" }, "linearizable", "holds"],
  [{ isolation: "read-uncommitted" }, "preserved-total", "may-break"],
  [{ isolation: "read-uncommitted", syncWait: 7 }, "linearizable", "may-break"],
  [{ updates: "read-write" }, "no-lost-writes", "may-break"],
  [{ updates: "read-write" }, "preserved-total", "may-break"],
  [{ updates: "read-write", snapshotIsolation: true }, "no-lost-writes", "holds"],
  [
    { updates: "read-write", snapshotIsolation: true, isolation: "read-committed" },
    "no-lost-writes",
    "may-break",
  ],
  [{ updates: "read-write", isolation: "serializable" }, "preserved-total", "holds"],
  [{ updates: "locked" }, "no-lost-writes", "holds"],
] as const)("%j: %s %s", (options, model, is) => {
  expect(claim(options, model)).toBe(is);
});

test("a session leaves its node when there are faults", () => {
  expect(claim({}, "read-your-writes", { faults: true })).toBe("may-break");
  expect(claim({ syncWait: 7 }, "read-your-writes", { faults: true })).toBe("holds");
});

test("an acknowledged commit may be on one disk alone when many are killed", () => {
  expect(claim({ syncWait: 7 }, "no-lost-writes", { faults: true, manyKilled: true })).toBe("may-break");
  expect(claim({ syncWait: 7 }, "no-lost-writes", { nodes: 1, faults: true, manyKilled: true })).toBe(
    "holds",
  );
});

test("a node alone forgets what its options leave in memory", () => {
  const alone = { nodes: 1, faults: true, crashes: true };
  for (const [flushLog, killed, withoutPower] of [
    [1, "holds", "holds"],
    [2, "holds", "may-break"],
    [0, "may-break", "may-break"],
  ] as const) {
    expect(claim({ flushLog }, "no-lost-writes", alone)).toBe(killed);
    expect(claim({ flushLog }, "no-lost-writes", { ...alone, powerLoss: true })).toBe(withoutPower);
  }
});

test.each([
  [["kill-one"], "holds"],
  [["partition-halves", "pause-one"], "holds"],
  [["kill-one", "partition-halves"], "may-break"],
  [["kill-all"], "may-break"],
  [["power-one"], "may-break"],
] as const)("under %j acknowledged commits: %s", (faults, is) => {
  const claims = galera.claims(optionsSchema.parse({ syncWait: 7 }), {
    ...{ workload: "append", objects: [], nodes: 3, faults },
  });
  expect(claims.find(({ model }) => model === "no-lost-writes")?.is).toBe(is);
});

test("one node alone has no stale copies", () => {
  expect(claim({ route: "random" }, "linearizable", { nodes: 1 })).toBe("holds");
});

test("whatever may break says why", () => {
  for (const route of ["sticky", "random"])
    for (const updates of ["atomic", "read-write"])
      for (const isolation of ["read-uncommitted", "repeatable-read"])
        for (const { is, reason } of claimsOf(optionsSchema.parse({ route, updates, isolation }), CALM))
          expect(is === "holds" || reason !== undefined).toBe(true);
});
