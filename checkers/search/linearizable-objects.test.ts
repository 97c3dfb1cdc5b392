import { describe, expect, test } from "vitest";
import { UNLIMITED } from "#core/budget";
import { linearizable } from "../linearizable/linearizable.ts";
import { runsOf } from "../testing/arbitrary.ts";
import { casesOf } from "../testing/fuzz-table.ts";
import { compareMany, rareClasses } from "../testing/fuzz/fuzz-runs.ts";
import { headerOf, historyFrom } from "../testing/operations.ts";

const JUDGED = ["sets", "lists", "queues", "stacks", "counters", "locks"];

/** Exact: the verdict is that of trying all orders. Texts are judged as registers. */
describe.each(JUDGED.flatMap((objects) => casesOf(`linearizable-${objects}`)))(
  "linearizability of $title agrees with brute force",
  (fuzzCase) => {
    test("verdict and witness", () => {
      expect(rareClasses(compareMany(fuzzCase, runsOf(1000)))).toEqual([]);
    });
  },
);

test("a witness is not proved by what it leaves out", () => {
  const on = { key: "x", status: "ok" } as const;
  const history = historyFrom(
    [
      { ...on, session: 0, f: "append", value: "a", inv: 1, ret: 2 },
      { ...on, session: 1, f: "read", value: "z", inv: 3, ret: 6 },
      { ...on, session: 2, f: "read", value: "ab", inv: 4, ret: 10 },
      { ...on, session: 3, f: "append", value: "b", inv: 7, ret: 8 },
    ],
    headerOf({ type: "register", initial: "" }),
  );
  const { anomalies } = linearizable.check(history, UNLIMITED);
  const witness = anomalies[0]?.witness.map((index) => history.operation(history.rowOf(index)).value);
  expect(witness).toEqual(["a", "z"]);
});
