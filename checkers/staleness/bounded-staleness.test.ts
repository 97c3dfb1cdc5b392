import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { UNLIMITED } from "#core/budget";
import type { VersionOrder } from "#core/operation";
import type { StalenessBound } from "#core/verdict";
import { registerRuns, runsOf } from "../testing/arbitrary.ts";
import { operations } from "../testing/notation.ts";
import { headerOf, historyFrom, type Operation, TICK } from "../testing/operations.ts";
import { stalenessOf } from "../testing/oracles/staleness.ts";
import { readValue } from "../testing/oracles/version-order.ts";
import { boundedStaleness } from "./bounded-staleness.ts";

const check = (text: string, bound: StalenessBound, order: VersionOrder = "unknown") =>
  boundedStaleness(bound).check(historyFrom(operations(text), headerOf({ order })), UNLIMITED);

describe("bounded staleness", () => {
  test.each<[string, string, StalenessBound, string]>([
    ["just within time", "W1[1,2] W2[3,4] | R1[9,10]", { time: 5 * TICK }, "satisfied"],
    ["just beyond", "W1[1,2] W2[3,4] | R1[9,10]", { time: 5 * TICK - 1 }, "violated"],
    ["just within versions", "W1[1,2] W2[3,4] W3[5,6] | R1[9,10]", { versions: 2 }, "satisfied"],
    ["one too many", "W1[1,2] W2[3,4] W3[5,6] | R1[9,10]", { versions: 1 }, "violated"],
    ["fresh reads need no bound", "W1[1,2] | R1[3,4]", { time: 0 }, "satisfied"],
    ["concurrent with the newer write", "W1[1,2] W2[3,6] | R1[5,7]", { time: 0 }, "satisfied"],
    ["final reads are left out", "W1[1,2] W2[3,4] | R1[90,91]*", { time: 0 }, "not-applicable"],
    ["a value that nobody wrote has no age", "W1[1,2] | R7[3,4]", { time: 0 }, "unknown"],
    ["written twice", "W1[1,2] W1[3,4] | R1[5,6]", { time: 0 }, "unknown"],
    ["null that may be a deletion", "W1[1,2] D[3,] | R-[9,10]", { time: 0 }, "unknown"],
  ])("%s", (_, text, bound, verdict) => {
    expect(check(text, bound).results).toMatchObject([{ model: "bounded-staleness", verdict }]);
  });

  test("says what satisfied means", () => {
    expect(check("W1 | R1", { time: 5_000 * TICK }).results[0]?.reason).toBe(
      "no read is provably more than 5.00 s behind, each of them taken by itself",
    );
  });

  test("the witness has as many newer versions as the bound needs", () => {
    const text = "W1[1,2] W2[3,4] W3[5,6] W4[7,8] | R1[19,20]@n2";
    expect(check(text, { time: 3 * TICK }).anomalies).toMatchObject([
      {
        type: "too-stale-read",
        witness: [0, 2, 8],
        explanation:
          "session s1 read x = 1 from n2 at 19.0 ms, when the newer 2 had been known for 15.0 ms: more than the 3.00 ms allowed",
      },
    ]);
    expect(check(text, { versions: 1 }).anomalies).toMatchObject([
      {
        witness: [0, 4, 6, 8],
        explanation:
          "session s1 read x = 1 from n2 at 19.0 ms, 3 versions behind (3; 4): more than the 1 version allowed",
      },
    ]);
  });
});

const isMeasured = (read: Operation, all: readonly Operation[]): boolean => {
  const value = readValue(read)?.value ?? null;
  return value === null || all.some((one) => one.f === "write" && one.value === value && one.inv < read.ret);
};

/** Whether real time and what was read allow the writes to come in the order of their values. */
function isInOrder(all: readonly Operation[]): boolean {
  const writes = all.filter(({ f }) => f === "write");
  const known = (value: unknown): number =>
    Math.min(...all.filter((one) => one.value === value).map(({ ret }) => ret));
  return writes.every((a) =>
    writes.every((b) => Number(a.value) <= Number(b.value) || known(a.value) > b.inv),
  );
}

describe.each([["unknown" as const], ["value" as const]])("version order %s", (order) => {
  test.each([["time"], ["versions"]])("agrees with trying all orders: a bound of %s", (kind) => {
    let [within, beyond] = [0, 0];
    fc.assert(
      fc.property(
        registerRuns({ sessions: 2, keys: 1, operations: 8, lies: 80 }),
        fc.nat({ max: kind === "time" ? 6 : 1 }),
        (run, limit) => {
          const history = historyFrom(run, headerOf({ order }));
          const all = run.filter(({ status, f }) => status !== "fail" && (f !== "read" || status === "ok"));
          const traced = all.filter((one) => one.f !== "read" || isMeasured(one, all));
          if (order === "value" && !isInOrder(traced)) return;
          const bound: StalenessBound = kind === "time" ? { time: limit * TICK } : { versions: limit };
          const exceeds = (read: Operation, among: readonly Operation[]): boolean => {
            const { versions, behind } = stalenessOf(read, among, order);
            return (kind === "time" ? behind : versions) > limit;
          };
          const reads = traced.filter(({ f }) => f === "read");
          const truth = reads.filter((read) => exceeds(read, traced)).length;
          const { results, counts, anomalies } = boundedStaleness(bound).check(history, UNLIMITED);
          expect(counts["too-stale-read"] ?? 0).toBe(truth);
          const isWhole = traced.length === all.length;
          const kept = reads.length === 0 ? "not-applicable" : "satisfied";
          const otherwise = isWhole ? kept : "unknown";
          expect(results[0]?.verdict).toBe(truth > 0 ? "violated" : otherwise);
          if (truth > 0) beyond++;
          else if (isWhole && reads.length > 0) within++;
          const rows = run.toSorted((a, b) => a.inv - b.inv);
          for (const { witness } of anomalies) {
            const chosen = witness.map((index) => history.rowOf(index));
            const part = chosen.map((row) => rows[row]!);
            expect(part.some((one) => one.f === "read" && exceeds(one, part))).toBe(true);
            expect(boundedStaleness(bound).check(history.select(chosen), UNLIMITED).anomalies).not.toEqual(
              [],
            );
          }
        },
      ),
      { numRuns: runsOf(1000) },
    );
    expect(within / (within + beyond)).toBeGreaterThan(0.2);
    expect(beyond / (within + beyond)).toBeGreaterThan(0.2);
  });
});
