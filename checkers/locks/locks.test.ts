import { expect, describe, test } from "vitest";
import { UNLIMITED } from "#core/budget";
import type { ObjectSpec } from "#core/operation";
import { operations } from "../testing/notation.ts";
import { headerOf, historyFrom, type Operation } from "../testing/operations.ts";
import { splitBrain } from "../split-brain/split-brain.ts";
import { linearizableLocks } from "./linearizable-locks.ts";

const lock = (keys: string): ObjectSpec => ({ ...headerOf({ type: "lock" }).objects[0]!, keys });

const judge = (run: readonly Operation[], keys: readonly string[] = ["*"]) =>
  linearizableLocks.check(historyFrom(run, { ...headerOf({}), objects: keys.map(lock) }), UNLIMITED);

/** Writes of a session to a guarded resource, one after the other: `[token, inv, ret]`, refused if so said. */
const guarded = (
  session: number,
  writes: readonly (readonly [token: number, inv: number, ret: number, refused?: "refused"])[],
): Operation[] =>
  writes.map(([token, inv, ret, refused]) => ({
    session,
    f: "guarded-write",
    key: "resource",
    value: { token, v: inv },
    inv,
    ret,
    status: "ok",
    final: false,
    result: refused === undefined,
  }));

describe("two holders at once are the whole witness, whatever else was said of the lock", () => {
  test.each([
    "L1[1,2] U[9,10] | L2[3,4]",
    "L1[1,2] U[9,10] | L2[3,4] | L-[5,6]~",
    "L1[1,2] U[9,10] | L-[3,4]~ L2[5,6]",
  ])("%s", (text) => {
    const { results, anomalies } = judge(operations(text));
    expect(results).toEqual([{ model: "linearizable", verdict: "violated" }]);
    expect(anomalies).toHaveLength(1);
    expect(anomalies[0]?.witness).toHaveLength(3);
    expect(anomalies[0]?.explanation).toContain("two holders at once");
  });

  test("refused acquires alone still decide nothing without a search", () => {
    expect(judge(operations("L1[1,2] U[9,10] | L-[3,4]~")).results[0]?.verdict).toBe("satisfied");
    expect(judge(operations("L1[1,2] U[3,4] | L-[5,6]~")).results[0]?.verdict).toBe("violated");
  });
});

describe("a lock and what it guards are judged apart", () => {
  const apart = ["lock*", "resource*"];
  const late = guarded(3, [
    [2, 5, 6],
    [1, 7, 8],
  ]);
  const broken = operations("Llock1[1,2] Ulock[9,10] | Llock2[3,4]");

  test.each([
    ["both broken", [...broken, ...late], "violated", "violated"],
    [
      "the resource refused the late write",
      [
        ...broken,
        ...guarded(3, [
          [2, 5, 6],
          [1, 7, 8, "refused"],
        ]),
      ],
      "violated",
      "satisfied",
    ],
    [
      "the lock is in order",
      [...operations("Llock1[1,2] Ulock[3,4] | Llock2[5,6]"), ...late],
      "satisfied",
      "violated",
    ],
  ] as const)("%s", (_, run, ofLock, ofResource) => {
    expect(judge(run, apart).results).toEqual([
      { model: "linearizable", objects: "lock*", verdict: ofLock },
      { model: "linearizable", objects: "resource*", verdict: ofResource },
    ]);
  });

  test("split brain names the locks it was found on", () => {
    const run = operations("Llock1[1,2] Ulock[9,10] | Llock2[3,4]");
    const history = historyFrom(run, { ...headerOf({}), objects: apart.map(lock) });
    expect(splitBrain.check(history, UNLIMITED).results).toEqual([
      { model: "linearizable", objects: "lock*", verdict: "violated" },
    ]);
  });

  test("one pattern is one verdict that needs no name", () => {
    expect(judge(broken, ["*"]).results).toEqual([{ model: "linearizable", verdict: "violated" }]);
  });
});
