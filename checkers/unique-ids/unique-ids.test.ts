import { describe, expect, test } from "vitest";
import { UNLIMITED } from "#core/budget";
import { runsOf } from "../testing/arbitrary.ts";
import { casesOf } from "../testing/fuzz-table.ts";
import { compareMany, rareClasses } from "../testing/fuzz/fuzz-runs.ts";
import { headerOf, historyFrom, type Operation } from "../testing/operations.ts";
import { uniqueIds } from "./unique-ids.ts";

const given = (...ids: readonly Operation["value"][]): Operation[] =>
  ids.map((value, i) => ({
    session: i % 2,
    f: "generate",
    key: "x",
    value,
    inv: 2 * i + 1,
    ret: 2 * i + 2,
    status: "ok",
  }));

const check = (operations: readonly Operation[]) =>
  uniqueIds.check(historyFrom(operations, headerOf({})), UNLIMITED);

test("an id given out three times is one anomaly, proved by the first two", () => {
  const { results, anomalies, counts } = check(given("a", "b", "a", "a"));
  expect(results).toEqual([{ model: "unique-ids", verdict: "violated" }]);
  expect(counts).toEqual({ "duplicate-id": 1 });
  expect(anomalies).toEqual([
    {
      type: "duplicate-id",
      model: "unique-ids",
      witness: [0, 4],
      explanation:
        'the id "a" was given to session s0 at 2.00 ms and again to session s0 at 6.00 ms, and 1 more time',
    },
  ]);
});

test.each<[string, Operation[], string]>([
  ["different ids", given(1, "1", [1], ["1"], { a: 1 }, { a: [1] }, true), "satisfied"],
  ["equal arrays", given([1, 2], [2, 1], [1, 2]), "violated"],
  ["equal objects with their fields in another order", given({ a: 1, b: 2 }, { b: 2, a: 1 }), "violated"],
  [
    "integers beyond 2^53, as histories write them",
    given("9007199254740993", "9007199254740992"),
    "satisfied",
  ],
  ["no ids", given(1).map((one) => ({ ...one, status: "fail" as const })), "not-applicable"],
  [
    "an id that may never have been given out",
    [...given(1), { ...given(2)[0]!, inv: 3, ret: Number.POSITIVE_INFINITY, status: "info" as const }],
    "satisfied",
  ],
])("%s", (_, operations, verdict) => {
  expect(check(operations).results).toMatchObject([{ model: "unique-ids", verdict }]);
});

describe.each(casesOf("unique-ids"))("agrees with the definition: $title", (fuzzCase) => {
  test("numbers and witnesses", () => {
    expect(rareClasses(compareMany(fuzzCase, runsOf(1000)))).toEqual([]);
  });
});
