import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { UNLIMITED } from "#core/budget";
import type { HistoryHeader, VersionOrder } from "#core/operation";
import { checkers } from "./registry.ts";
import { withFinalReads } from "./testing/arbitrary-final.ts";
import { registerRuns, runsOf } from "./testing/arbitrary.ts";
import { headerOf, historyFrom, type Operation } from "./testing/operations.ts";

const NODES = ["n1", "n2"];

/** All verdicts on a run, `violated` over the others where two checkers judge one model. */
function verdictsOf(run: readonly Operation[], header: HistoryHeader): Record<string, string> {
  const history = historyFrom(run, header);
  const verdicts: Record<string, string> = {};
  for (const checker of Object.values(checkers)) {
    if (!checker.applies(history)) continue;
    for (const { model, verdict } of checker.check(history, UNLIMITED).results) {
      if (verdict === "violated" || verdicts[model] === undefined) verdicts[model] = verdict;
    }
  }
  return verdicts;
}

const countsOf = (run: readonly Operation[], header: HistoryHeader): unknown =>
  Object.values(checkers).map((checker) => checker.check(historyFrom(run, header), UNLIMITED).counts);

const singleWriter = { sessions: 3, keys: 2, operations: 12, lies: 12, singleWriter: true };
const free = { sessions: 3, keys: 2, operations: 10, lies: 25, cas: 15, deletes: 5 };

describe.each<[VersionOrder, fc.Arbitrary<Operation[]>]>([
  ["single-writer", withFinalReads(registerRuns(singleWriter), NODES)],
  ["unknown", withFinalReads(registerRuns(free), NODES)],
  ["value", withFinalReads(registerRuns(free), NODES)],
])("laws of all checkers together, order %s", (order, runs) => {
  const header = headerOf({ order }, NODES);

  test("names of sessions, keys, nodes and values do not matter", () => {
    fc.assert(
      fc.property(runs, (run) => {
        const shift = (value: Operation["value"]): Operation["value"] =>
          typeof value === "number" ? value * 3 + 1000 : value;
        const renamed = run.map((operation) => ({
          ...operation,
          session: 500 - operation.session,
          key: `${operation.key}-renamed`,
          value: shift(operation.value),
          ...(operation.expected === undefined ? {} : { expected: shift(operation.expected) }),
          ...(operation.observed === undefined ? {} : { observed: shift(operation.observed) }),
        }));
        expect(verdictsOf(renamed, header)).toEqual(verdictsOf(run, header));
        expect(countsOf(renamed, header)).toEqual(countsOf(run, header));
      }),
      { numRuns: runsOf(300) },
    );
  });

  test("times scaled leave the verdicts as they are", () => {
    fc.assert(
      fc.property(runs, fc.integer({ min: 2, max: 9 }), (run, factor) => {
        const scaled = run.map((operation) => ({
          ...operation,
          inv: operation.inv * factor,
          ret: operation.ret * factor,
        }));
        expect(countsOf(scaled, header)).toEqual(countsOf(run, header));
      }),
      { numRuns: runsOf(300) },
    );
  });

  test("dropping a read that is not final breaks nothing", () => {
    fc.assert(
      fc.property(runs, fc.nat(), (run, nth) => {
        const reads = run.filter(({ f, final }) => f === "read" && final !== true);
        const dropped = reads[nth % Math.max(1, reads.length)];
        const [before, after] = [run, run.filter((operation) => operation !== dropped)].map((one) =>
          verdictsOf(one, header),
        );
        for (const [model, verdict] of Object.entries(after!)) {
          // Without the read, nothing may show any more that an indefinite write happened: divergence is then undecided.
          if (verdict === "violated" && model !== "convergence")
            expect([model, before![model]]).toEqual([model, "violated"]);
        }
      }),
      { numRuns: runsOf(300) },
    );
  });

  test("a write that nobody saw may as well be indefinite", () => {
    fc.assert(
      fc.property(runs, fc.nat(), (run, nth) => {
        const seen = new Set(
          run.flatMap(({ f, value, expected, observed }) => (f === "read" ? [value] : [expected, observed])),
        );
        const unseen = run.filter(
          ({ f, value, status }) => f === "write" && status === "ok" && !seen.has(value),
        );
        const chosen = unseen[nth % Math.max(1, unseen.length)];
        const weaker = run.map((operation) =>
          operation === chosen
            ? { ...operation, status: "info" as const, ret: Number.POSITIVE_INFINITY }
            : operation,
        );
        const [before, after] = [verdictsOf(run, header), verdictsOf(weaker, header)];
        for (const [model, verdict] of Object.entries(after)) {
          if (verdict === "violated") expect([model, before[model]]).toEqual([model, "violated"]);
        }
      }),
      { numRuns: runsOf(300) },
    );
  });
});

test("linearizable single-writer histories keep every session guarantee and have no stale read", () => {
  const header = headerOf({ order: "single-writer" }, NODES);
  let linearizable = 0;
  fc.assert(
    fc.property(registerRuns(singleWriter), (run) => {
      const verdicts = verdictsOf(run, header);
      if (verdicts["linearizable"] !== "satisfied") return;
      linearizable++;
      for (const model of ["read-your-writes", "monotonic-reads"])
        expect(verdicts[model]).not.toBe("violated");
    }),
    { numRuns: runsOf(1000) },
  );
  expect(linearizable).toBeGreaterThan(runsOf(1000) / 5);
});

test("an atomic register is never accused", () => {
  fc.assert(
    fc.property(
      registerRuns({ ...free, lies: 0 }),
      registerRuns({ ...singleWriter, lies: 0 }),
      (any, single) => {
        for (const [run, order] of [
          [any, "unknown"],
          [single, "single-writer"],
        ] as const) {
          expect(Object.values(verdictsOf(run, headerOf({ order })))).not.toContain("violated");
        }
      },
    ),
    { numRuns: runsOf(1000) },
  );
});
