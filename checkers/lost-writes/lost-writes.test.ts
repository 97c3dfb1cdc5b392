import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { UNLIMITED } from "#core/budget";
import type { VersionOrder } from "#core/operation";
import { withFinalReads } from "../testing/arbitrary-final.ts";
import { registerRuns, runsOf } from "../testing/arbitrary.ts";
import { operations } from "../testing/notation.ts";
import { headerOf, historyFrom, operationsOf } from "../testing/operations.ts";
import { lastRoundOf, lostValues } from "../testing/oracles/final-phase.ts";
import { lostWrites } from "./lost-writes.ts";

const NODES = ["n1", "n2"];
const check = (text: string, order: VersionOrder = "single-writer") =>
  lostWrites.check(historyFrom(operations(text), headerOf({ order }, NODES)), UNLIMITED);
const verdict = (text: string, order?: VersionOrder) => check(text, order).results[0]?.verdict;

describe("lost writes", () => {
  test.each([
    ["an acknowledged write that no node has", "W1 W2 | R1@n1* R1@n2*"],
    ["null everywhere", "W1 | R-@n1* R-@n2*"],
    ["different old versions on the nodes", "W1 W2 W3 | R1@n1* R2@n2*"],
    ["an indefinite write that was read", "W1[1,2] W2[3,] | R2[5,6] | R1[7,8]@n1* R1[9,10]@n2*"],
    ["only the last round counts", "W1 W2 | R2@n1* R2@n2* R1@n1* R1@n2*"],
    ["a deletion", "W1 D | R1@n1* R1@n2*"],
  ])("violated: %s", (_, text) => {
    expect(verdict(text)).toBe("violated");
  });

  test.each([
    ["the last write everywhere", "W1 W2 | R2@n1* R2@n2*"],
    ["some node has it: diverged, not lost", "W1 W2 | R1@n1* R2@n2*"],
    ["an indefinite write nobody read", "W1[1,2] W2[3,] | R1[7,8]@n1* R1[9,10]@n2*"],
    ["a late indefinite write won", "W1[1,] W2[3,4] | R1[7,8]@n1* R1[9,10]@n2*"],
    ["a failed write", "W1 W2! | R1@n1* R1@n2*"],
    ["null after a deletion", "W1 D | R-@n1* R-@n2*"],
    ["null after an indefinite deletion", "W1[1,2] D[3,] | R-[5,6]@n1* R-[7,8]@n2*"],
  ])("satisfied: %s", (_, text) => {
    expect(verdict(text)).toBe("satisfied");
  });

  test.each<[string, string, string, VersionOrder?]>([
    ["a node was not read", "W1 W2 | R1@n1*", "n2: not read at the end"],
    ["a node's last read failed", "W1 W2 | R1@n1* R1@n2* R1@n2*!", "n2: not read at the end"],
    ["no final reads", "W1 W2 | R1", "no node was read at the end"],
    ["no version order", "W1 W2 | R1@n1* R1@n2*", "its version order is not known", "unknown"],
    ["a value nobody wrote", "W1 | R7@n1* R7@n2*", "nobody wrote 7"],
    ["null after a deletion in an order of values", "W5 D | R-@n1* R-@n2*", "may be a deletion", "value"],
  ])("unknown: %s", (_, text, reason, order) => {
    expect(check(text, order).results[0]).toMatchObject({
      verdict: "unknown",
      reason: expect.stringContaining(reason),
    });
  });

  test("nothing acknowledged, nothing to lose", () => {
    expect(verdict("W1? | R-@n1* R-@n2*")).toBe("not-applicable");
  });

  test("counts every lost version and names the latest, with all last reads as witness", () => {
    const { anomalies, counts } = check("W1@n1 W2@n1 W3@n1 | R1@n1* R1@n2*");
    expect(counts).toEqual({ "lost-write": 2 });
    expect(anomalies[0]?.witness).toEqual([0, 4, 6, 8]);
    expect(anomalies[0]?.explanation).toBe(
      "x = 3, acknowledged to session s0 by n1 at 6.00 ms, is lost, with 1 earlier write: at the end every node shows 1",
    );
  });
});

describe.each<[VersionOrder, Parameters<typeof registerRuns>[0]]>([
  ["single-writer", { sessions: 2, keys: 2, operations: 10, lies: 40, singleWriter: true }],
  ["value", { sessions: 2, keys: 2, operations: 10, lies: 40, cas: 20 }],
])("agrees with the definition, order by %s", (order, shape) => {
  test("losses and witnesses", () => {
    let [lossy, sound] = [0, 0];
    fc.assert(
      fc.property(withFinalReads(registerRuns(shape), NODES), (run) => {
        const history = historyFrom(run, headerOf({ order }, NODES));
        const { counts, anomalies, results } = lostWrites.check(history, UNLIMITED);
        const all = operationsOf(history);
        const lost = lostValues(all, NODES, order);
        expect(counts["lost-write"]).toBe(lost.length);
        if (lost.length > 0) lossy++;
        else sound++;
        const complete = [...Map.groupBy(all, ({ key }) => key).values()].every((ofKey) =>
          lastRoundOf(ofKey, NODES),
        );
        if (complete && results[0]?.verdict === "unknown")
          expect(results[0].reason).toMatch(/nobody wrote|no place/);
        for (const { witness } of anomalies) {
          const part = history.select(witness.map((index) => history.rowOf(index)));
          expect(lostValues(operationsOf(part), NODES, order)).not.toEqual([]);
          expect(lostWrites.check(part, UNLIMITED).results[0]?.verdict).toBe("violated");
        }
      }),
      { numRuns: runsOf(1000) },
    );
    expect(lossy / (lossy + sound)).toBeGreaterThan(0.2);
    expect(sound / (lossy + sound)).toBeGreaterThan(0.2);
  });
});
