import { describe, expect, test } from "vitest";
import { UNLIMITED } from "#core/budget";
import { runsOf } from "../testing/arbitrary.ts";
import { casesOf } from "../testing/fuzz-table.ts";
import { compareMany, rareClasses } from "../testing/fuzz/fuzz-runs.ts";
import { headerOf, historyFrom, type Operation } from "../testing/operations.ts";
import { echo } from "./echo.ts";

const asked: Operation = {
  session: 0,
  f: "echo",
  key: "x",
  value: "hello",
  inv: 1,
  ret: 2,
  status: "ok",
  node: "n1",
};
const check = (operation: Operation) => echo.check(historyFrom([operation], headerOf({})), UNLIMITED);

test("what came back is what was sent", () => {
  expect(check({ ...asked, observed: "hello" }).results).toEqual([{ model: "echo", verdict: "satisfied" }]);
});

test("something else came back, or nothing", () => {
  const { results, anomalies } = check({ ...asked, observed: "hullo" });
  expect(results).toEqual([{ model: "echo", verdict: "violated" }]);
  expect(anomalies[0]?.explanation).toBe('session s0 sent "hello" and got "hullo" back from n1 at 2.00 ms');
  expect(check(asked).anomalies[0]?.explanation).toMatch(/and got nothing back/);
});

describe.each(casesOf("echo"))("agrees with the definition: $title", (fuzzCase) => {
  test("numbers and witnesses", () => {
    expect(rareClasses(compareMany(fuzzCase, runsOf(1000)))).toEqual([]);
  });
});
