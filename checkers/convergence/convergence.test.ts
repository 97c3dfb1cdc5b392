import { describe, expect, test } from "vitest";
import { UNLIMITED } from "#core/budget";
import type { Json } from "#core/json";
import type { ObjectType } from "#core/operation";
import { convergenceStatsSchema } from "#core/run";
import { runsOf } from "../testing/arbitrary.ts";
import { casesOf } from "../testing/fuzz-table.ts";
import { compareMany, rareClasses } from "../testing/fuzz/fuzz-runs.ts";
import { operations } from "../testing/notation.ts";
import { headerOf, historyFrom, type Operation, TICK } from "../testing/operations.ts";
import { gSet } from "../crdt/g-set.ts";
import { convergence } from "./convergence.ts";

const NODES = ["n1", "n2", "n3"];
const check = (text: string, type: ObjectType = "register") =>
  convergence.check(historyFrom(operations(text), headerOf({ type }, NODES)), UNLIMITED);
const verdict = (text: string, type?: ObjectType) => check(text, type).results[0]?.verdict;

describe("convergence of registers", () => {
  test.each([
    ["all nodes show the same", "W1 | R1@n1* R1@n2* R1@n3*", "satisfied"],
    ["they agreed only in the last round", "W1 W2 | R1@n1* R2@n2* R2@n3* R2@n1* R2@n2* R2@n3*", "satisfied"],
    ["two values in the end", "W1 W2 | R1@n1* R2@n2* R2@n3*", "violated"],
    ["two values although a node is missing", "W1 W2 | R1@n1* R2@n2*", "violated"],
    ["a node is missing", "W1 | R1@n1* R1@n2*", "unknown"],
    [
      "an indefinite write shows for the first time",
      "W1[1,2] W2[3,] | R1[5,6]@n1* R2[7,8]@n2* R1[9,10]@n3*",
      "unknown",
    ],
    [
      "it showed before and is still not everywhere",
      "W1[1,2] W2[3,] | R2[5,6]@n2* R1[7,8]@n1* R2[9,10]@n2* R1[11,12]@n3*",
      "violated",
    ],
    [
      "others differ beside the landing write",
      "W1[1,2] W3[3,4] W2[5,] | R2[7,8]@n1* R1[9,10]@n2* R3[11,12]@n3*",
      "violated",
    ],
    [
      "an indefinite deletion may be landing",
      "W1[1,2] D[3,] | R1[5,6]@n1* R-[7,8]@n2* R1[9,10]@n3*",
      "unknown",
    ],
    ["a write is missing on one node", "W1 | R1@n1* R-@n2* R1@n3*", "violated"],
  ])("%s", (_, text, expected) => {
    expect(verdict(text)).toBe(expected);
  });

  test("names the two values with their writers", () => {
    const [anomaly] = check("W1 W2 | R1@n1* R2@n2* R2@n3*").anomalies;
    expect(anomaly).toMatchObject({ type: "diverged", witness: [0, 2, 4, 6] });
    expect(anomaly?.explanation).toBe("x is 1 on n1 and 2 on n2 after healing");
  });
});

describe("convergence of sets", () => {
  test.each([
    ["order does not matter", "A1 A2 | R{1,2,2}@n1* R{2,1}@n2* R{2,1,1}@n3*", "satisfied"],
    ["never written equals empty", "A1! | R{}@n1* R-@n2* R{}@n3*", "satisfied"],
    ["an element on one node only", "A1 A2 | R{1}@n1* R{1,2}@n2* R{1,2}@n3*", "violated"],
    [
      "an indefinite element shows for the first time",
      "A1[1,2] A2[3,] | R{1}[5,6]@n1* R{1,2}[7,8]@n2* R{1}[9,10]@n3*",
      "unknown",
    ],
    [
      "another element differs beside it",
      "A1[1,2] A2[3,] | R{2}[5,6]@n1* R{1}[7,8]@n2* R{1}[9,10]@n3*",
      "violated",
    ],
  ])("%s", (_, text, expected) => {
    expect(verdict(text, "set")).toBe(expected);
  });

  test("an indefinite remove may be landing", () => {
    expect(verdict("A1[1,2] M1[3,] | R{1}[5,6]@n1* R{}[7,8]@n2* R{1}[9,10]@n3*", "set")).toBe("unknown");
    expect(verdict("A1[1,2] M1[3,4] | R{1}[5,6]@n1* R{}[7,8]@n2* R{1}[9,10]@n3*", "set")).toBe("violated");
  });

  test("lists must agree in order", () => {
    expect(verdict("R{1,2}@n1* R{2,1}@n2* R{1,2}@n3*", "list")).toBe("violated");
  });
});

describe("convergence of counters and texts", () => {
  const update = (
    f: "increment" | "insert" | "erase",
    value: Json,
    inv: number,
    status: "ok" | "info",
  ): Operation => ({
    session: 0,
    f,
    key: "x",
    value,
    inv,
    ret: status === "ok" ? inv + 1 : Number.POSITIVE_INFINITY,
    status,
  });
  const shown = (...values: Json[]): Operation[] =>
    values.map((value, i) => ({
      session: 10 + i,
      f: "read",
      key: "x",
      value,
      inv: 20 + 2 * i,
      ret: 21 + 2 * i,
      status: "ok",
      node: NODES[i]!,
      final: true,
    }));
  const judged = (type: ObjectType, run: readonly Operation[]) =>
    convergence.check(historyFrom(run, headerOf({ type }, NODES)), UNLIMITED).results[0]?.verdict;
  const char = (id: number) => ({ id, char: "a" });
  const inserted = update("insert", { ...char(1), after: null }, 1, "ok");

  test.each<[string, ObjectType, readonly Operation[], string]>([
    ["never counted equals zero", "counter", shown(0, null, 0), "satisfied"],
    ["a count is missing", "counter", [update("increment", 3, 1, "ok"), ...shown(3, 3, 0)], "violated"],
    [
      "an indefinite increment may be landing",
      "counter",
      [update("increment", 3, 1, "info"), ...shown(3, 3, 0)],
      "unknown",
    ],
    [
      "more than the indefinite increment",
      "counter",
      [update("increment", 3, 1, "info"), ...shown(4, 0, 0)],
      "violated",
    ],
    [
      "an indefinite insert may be landing",
      "text",
      [
        inserted,
        update("insert", { ...char(2), after: 1 }, 3, "info"),
        ...shown([char(1), char(2)], [char(1)], [char(1)]),
      ],
      "unknown",
    ],
    [
      "an indefinite erase may be landing",
      "text",
      [inserted, update("erase", { id: 1 }, 3, "info"), ...shown([char(1)], [], [char(1)])],
      "unknown",
    ],
    ["a character is missing", "text", [inserted, ...shown([char(1)], [], [char(1)])], "violated"],
  ])("%s", (_, type, run, expected) => {
    expect(judged(type, run)).toBe(expected);
  });
});

test("times each node between its last disagreeing and its next agreeing read", () => {
  const text =
    "W1[1,2] W2[3,4] | R1[10,11]@n1* R2[20,21]@n1* R2[30,31]@n1* | R2[10,11]@n2* R2[22,23]@n2* R2[32,33]@n2*";
  const stats = convergenceStatsSchema.parse(check(text).stats?.["convergence"]);
  expect(stats).toEqual({
    from: 4 * TICK,
    keys: 1,
    divergedKeys: 0,
    nodes: {
      n1: { lower: 6 * TICK, upper: 17 * TICK, disagreeingReads: 1 },
      n2: { lower: 0, upper: 7 * TICK, disagreeingReads: 0 },
    },
  });
});

describe.each(casesOf("convergence"))("agrees with the definition: $title", (fuzzCase) => {
  test("verdict and witness", () => {
    expect(rareClasses(compareMany(fuzzCase, runsOf(1000)))).toEqual([]);
  });
});

describe("final reads out of thin air", () => {
  const found = (type: ObjectType, text: string, nodes = ["n1"]) =>
    convergence.check(historyFrom(operations(text), headerOf({ type }, nodes)), UNLIMITED);

  test.each<[ObjectType, string, number[], string]>([
    [
      "register",
      "W1 | R7@n1*",
      [2],
      "session s1 found 7 in x on n1 after healing, which nobody ever put there",
    ],
    ["register", "W1! | R1@n1*", [0, 2], "nothing explains of what had begun by then and did not fail"],
    ["register", "R1[1,2]@n1* | W1[3,4]", [0, 2], "nothing explains"],
    ["set", "A1 | R{1,7}@n1*", [2], "nobody ever put there"],
    ["set", "A1~ | R{1}@n1*", [0, 2], "nothing explains"],
    ["list", "P1 | R{1,1}@n1*", [0, 2], "nothing explains"],
    ["queue", "E1 | X{1,7}@n1*", [2], "nobody ever put there"],
    ["stack", "S1 | T7@n1*", [2], "nobody ever put there"],
    ["counter", "I1 I2! | R3@n1*", [0, 2, 4], "nothing explains"],
  ])("%s: %s", (type, text, witness, explanation) => {
    const { results, anomalies } = found(type, text);
    expect(results).toMatchObject([{ model: "convergence", verdict: "violated" }]);
    expect(anomalies).toMatchObject([
      { type: "unexplained-final-read", witness, explanation: expect.stringContaining(explanation) },
    ]);
  });

  test("no others are accused", () => {
    for (const [type, text] of [
      ["register", "W1? | R1@n1*"],
      ["set", "A1? | R{1}@n1*"],
      ["list", "P1 P1 | R{1,1}@n1*"],
      ["queue", "E1 | X{1}@n1*"],
      ["counter", "I1? | R1@n1*"],
    ] as const) {
      expect(found(type, text).results).toMatchObject([{ verdict: "satisfied" }]);
    }
  });

  test("replicated data types have a model of their own", () => {
    const header = headerOf({ type: "set", crdt: "g-set" }, ["n1"]);
    const history = historyFrom(operations("A1 | R{1,7}@n1*"), header);
    expect(convergence.check(history, UNLIMITED).anomalies).toEqual([]);
    expect(gSet.check(history, UNLIMITED).anomalies).toMatchObject([{ type: "unexpected-element" }]);
  });
});
