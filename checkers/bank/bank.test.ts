import { describe, expect, test } from "vitest";
import { UNLIMITED } from "#core/budget";
import type { CheckResult } from "#core/checker";
import type { Json } from "#core/json";
import { runsOf } from "../testing/arbitrary.ts";
import { casesOf } from "../testing/fuzz-table.ts";
import { compareMany, rareClasses } from "../testing/fuzz/fuzz-runs.ts";
import { headerOf, historyFrom, type Operation } from "../testing/operations.ts";
import { bank } from "./bank.ts";

const at = (i: number, operation: Pick<Operation, "f" | "value"> & Partial<Operation>): Operation => ({
  session: i,
  key: "bank",
  inv: i * 2 + 1,
  ret: i * 2 + 2,
  status: "ok",
  ...operation,
});

const transfer = { f: "transfer", value: { from: "a", to: "b", amount: 3 } } as const;
const shows = (value: Json): Pick<Operation, "f" | "value"> => ({ f: "read", value });

const judge = (
  initial: Json,
  ...operations: (Pick<Operation, "f" | "value"> & Partial<Operation>)[]
): CheckResult =>
  bank.check(
    historyFrom(
      operations.map((operation, i) => at(i, operation)),
      headerOf({ type: "map", initial }),
    ),
    UNLIMITED,
  );

const verdictOf = (result: CheckResult) => result.results[0]?.verdict;

describe("totals", () => {
  test.each<[string, string, Json, (Pick<Operation, "f" | "value"> & Partial<Operation>)[]]>([
    ["a transfer that both accounts show", "satisfied", {}, [transfer, shows({ a: -3, b: 3 })]],
    ["a transfer that was not seen", "satisfied", { a: 5, b: 5 }, [transfer, shows({ a: 5, b: 5 })]],
    ["half a transfer", "violated", { a: 5, b: 5 }, [transfer, shows({ a: 2, b: 5 })]],
    ["half a transfer, where accounts begin with nothing", "violated", {}, [transfer, shows({ a: -3 })]],
    ["money out of nothing at the end", "violated", {}, [transfer, { ...shows({ a: 1 }), final: true }]],
    [
      "an indefinite transfer seen whole",
      "satisfied",
      {},
      [{ ...transfer, status: "info", ret: Infinity }, shows({ a: -3, b: 3 })],
    ],
    ["a refused transfer", "satisfied", { a: 1 }, [{ ...transfer, result: false }, shows({ a: 1 })]],
    ["a failed read", "not-applicable", {}, [transfer, { ...shows(null), status: "fail" }]],
    ["not every account", "unknown", { a: 5, b: 5 }, [transfer, shows({ a: 10 })]],
    ["something that is no balance", "unknown", {}, [transfer, shows({ a: 0.5, b: -0.5 })]],
    [
      "large balances as decimal strings",
      "satisfied",
      { a: "9007199254740993", b: 0 },
      [transfer, shows({ a: "9007199254740990", b: 3 })],
    ],
    [
      "large balances that lack one",
      "violated",
      { a: "9007199254740993", b: 0 },
      [transfer, shows({ a: "9007199254740989", b: 3 })],
    ],
    [
      "two totals, the first unknown",
      "violated",
      null,
      [transfer, shows({ a: 5, b: 5 }), shows({ a: 2, b: 5 })],
    ],
    [
      "one total, the first unknown",
      "satisfied",
      null,
      [transfer, shows({ a: 5, b: 5 }), shows({ a: 2, b: 8 })],
    ],
    [
      "other accounts, the first unknown",
      "unknown",
      null,
      [transfer, shows({ a: 5, b: 5 }), shows({ a: 2 })],
    ],
    [
      "a write beside transfers",
      "unknown",
      { a: 5, b: 5 },
      [{ f: "write", value: { a: 9, b: 9 } }, transfer, shows({ a: 9, b: 9 })],
    ],
  ])("%s: %s", (_, verdict, initial, operations) => {
    expect(verdictOf(judge(initial, ...operations))).toBe(verdict);
  });

  test("are explained with what was read and what there should be", () => {
    const { anomalies } = judge({ a: 5, b: 5 }, transfer, shows({ a: 2, b: 5 }));
    expect(anomalies).toMatchObject([{ type: "wrong-total", key: "bank", witness: [2] }]);
    expect(anomalies[0]?.explanation).toBe(
      'session s1 read bank = {"a":2,"b":5} at 3.00 ms: 7 in all, not 10',
    );
  });

  test("that contradict each other are both in the witness", () => {
    const { anomalies } = judge(null, transfer, shows({ a: 5, b: 5 }), shows({ a: 2, b: 5 }));
    expect(anomalies.map(({ witness }) => witness)).toEqual([[2, 4]]);
  });
});

describe.each(casesOf("bank"))("agrees with the definition: $title", (fuzzCase) => {
  test("verdict and witness", () => {
    expect(rareClasses(compareMany(fuzzCase, runsOf(1000)))).toEqual([]);
  });
});
