import { describe, expect, test } from "vitest";
import { UNLIMITED } from "#core/budget";
import { setStatsSchema } from "#core/run";
import { runsOf } from "../testing/arbitrary.ts";
import { casesOf } from "../testing/fuzz-table.ts";
import { compareMany, rareClasses } from "../testing/fuzz/fuzz-runs.ts";
import { operations } from "../testing/notation.ts";
import { headerOf, historyFrom, TICK } from "../testing/operations.ts";
import { setDurability } from "./set-durability.ts";

const NODES = ["n1", "n2"];
const header = headerOf({ type: "set" }, NODES);
const check = (text: string) => setDurability.check(historyFrom(operations(text), header), UNLIMITED);
const verdictsOf = (text: string) =>
  Object.fromEntries(check(text).results.map(({ model, verdict }) => [model, verdict]));
const statsOf = (text: string) => setStatsSchema.parse(check(text).stats?.["set"]);

describe("elements of sets", () => {
  test.each([
    ["an acknowledged element that no node has", "A1 A2 | R{2}@n1* R{2}@n2*"],
    ["an indefinite element that somebody read", "A1[1,] | R{1}[2,3] | R{}[4,5]@n1* R{}[6,7]@n2*"],
    ["an element that only an earlier round had", "A1 | R{1}@n1* R{}@n2* R{}@n1* R{}@n2*"],
    ["a set that was never written, says the node", "A1 | R-@n1* R-@n2*"],
    ["an element removed, and added again after that", "A1 M1 A1 | R{}@n1* R{}@n2*"],
    ["one whose remove found nothing", "A1[1,4] | M1[2,3]~ | R{}[5,6]@n1* R{}[7,8]@n2*"],
    [
      "one that an indefinite add put in again, says a read",
      "M1[1,2] A1[3,] | R{1}[4,5] | R{}[6,7]@n1* R{}[8,9]@n2*",
    ],
    ["one that was there already, says an add", "A1[1,] | A1[2,3]~ | R{}[6,7]@n1* R{}[8,9]@n2*"],
  ])("lost: %s", (_, text) => {
    expect(verdictsOf(text)["no-lost-writes"]).toBe("violated");
  });

  test.each([
    ["everything everywhere", "A1 A2 | R{1,2}@n1* R{2,1}@n2*", "satisfied"],
    ["on some node: diverged, not lost", "A1 | R{1}@n1* R{}@n2*", "satisfied"],
    ["an indefinite add nobody saw", "A1[1,] A2[3,4] | R{2}[5,6]@n1* R{2}[7,8]@n2*", "satisfied"],
    ["a failed add", "A1! A2 | R{2}@n1* R{2}@n2*", "satisfied"],
    [
      "an element that may have been removed",
      "A1[1,2] M1[3,] A2[5,6] | R{2}[7,8]@n1* R{2}[9,10]@n2*",
      "satisfied",
    ],
    ["a node that was not read", "A1 | R{}@n1*", "unknown"],
    ["no final reads", "A1 | R{}@n1", "unknown"],
    ["removed while it was added", "A1[1,4] | M1[2,3] | R{}[5,6]@n1* R{}[7,8]@n2*", "unknown"],
    ["removed after it was added", "A1 M1 | R{}@n1* R{}@n2*", "unknown"],
    ["there, whatever was meant to remove it", "A1 M1 | R{1}@n1* R{}@n2*", "satisfied"],
    [
      "seen before it was removed, and maybe never added again",
      "A1[1,2] M1[3,4] A1[5,] | R{1}[6,7] | R{}[8,9]@n1* R{}[10,11]@n2*",
      "unknown",
    ],
    ["added during the last reads", "A1[1,12] | R{}[8,9]@n1* R{}[10,11]@n2*", "unknown"],
    ["nothing acknowledged", "A1? | R{}@n1* R{}@n2*", "not-applicable"],
  ])("not lost: %s", (_, text, verdict) => {
    expect(verdictsOf(text)["no-lost-writes"]).toBe(verdict);
  });

  test.each([
    ["linearizable", "an element known before the read", "A1 | R{}@n1", "stale-read"],
    ["causal", "an element nobody added", "A1 | R{1,7}@n1", "unexpected-element"],
    ["causal", "an element whose add failed", "A1! | R{1}@n1", "unexpected-element"],
    ["linearizable", "an element before its add", "R{1}[1,2]@n1 | A1[3,4]", "future-read"],
  ])("not %s: %s", (model, _, text, type) => {
    expect(verdictsOf(text)[model]).toBe("violated");
    expect(check(text).counts).toEqual({ [type]: 1 });
  });

  test("says why nothing can be said of removed elements", () => {
    expect(check("A1 M1 | R{}@n1* R{}@n2*").results[0]?.reason).toBe(
      "1 element may have been removed, and nothing else was acknowledged",
    );
  });

  test("what a 2P-Set removed never comes back", () => {
    const header = headerOf({ type: "set", crdt: "2p-set" }, NODES);
    const history = historyFrom(operations("A1 M1 A1 | R{}@n1* R{}@n2*"), header);
    expect(setDurability.check(history, UNLIMITED)).toMatchObject({
      results: [{ verdict: "unknown" }],
      anomalies: [],
    });
  });

  test("says that the add failed", () => {
    expect(check("A1! | R{1}").anomalies).toMatchObject([
      {
        witness: [0, 2],
        explanation:
          "session s1 read element 1 of x at 4.00 ms, although the only add of it, by session s0, certainly failed",
      },
    ]);
  });

  test("an element read before its second add, which an indefinite first one explains", () => {
    expect(check("A1[0,] | A1[7,8] | R{1}[5,6]").counts).toEqual({});
  });

  test("what the header says was there from the start is expected", () => {
    const initial = headerOf({ type: "set", initial: [7] }, NODES);
    const history = historyFrom(operations("A1 | R{1,7}"), initial);
    expect(setDurability.check(history, UNLIMITED).counts).toEqual({});
  });

  test("measures", () => {
    const text =
      "A1[1,2]@n1 A2[3,]@n1 A3[5,6]@n2 A4[7,8] | R{2}[9,10]@n1 R{1,2,3}[19,20]@n1 | R{1,2}[30,31]@n1* R{1,2,3}[32,33]@n2*";
    expect(statsOf(text)).toEqual({
      attempts: 4,
      acknowledged: 3,
      lost: 1,
      vanished: 0,
      diverged: 1,
      stale: 2,
      neverRead: 0,
      recovered: 1,
      unexpected: 0,
      staleLatency: { p50: 7 * TICK, p95: 24 * TICK, p99: 24 * TICK, max: 24 * TICK },
      lostElements: [
        { key: "x", element: 4, acknowledgedAt: 8 * TICK, onlyRead: false, node: null, process: 1 },
      ],
    });
  });

  test("tells what was acknowledged and lost from what a read alone had shown", () => {
    const text = "A1[1,]@n1 A2[1,6]@n1 | R{1,2}[2,3]@n2 | R{}[7,8]@n1* R{}[9,10]@n2*";
    expect(statsOf(text)).toMatchObject({
      lost: 1,
      vanished: 1,
      recovered: 0,
      lostElements: [
        { element: 1, acknowledgedAt: 3 * TICK, onlyRead: true, node: "n2" },
        { element: 2, acknowledgedAt: 6 * TICK, onlyRead: false, node: "n1" },
      ],
    });
  });

  test("the witness of a loss is the add and all last reads", () => {
    const [lost] = check("A1@n1 A2 | R{2}@n1* R{2}@n2*").anomalies;
    expect(lost).toMatchObject({ type: "lost-element", witness: [0, 4, 6] });
    expect(lost?.explanation).toBe(
      "element 1 of x, acknowledged to session s0 by n1 at 2.00 ms, is on no node at the end (n1, n2)",
    );
  });
});

describe.each(casesOf("set-durability"))("agrees with the definition: $title", (fuzzCase) => {
  test("verdict and witness", () => {
    expect(rareClasses(compareMany(fuzzCase, runsOf(1000)))).toEqual([]);
  });
});
