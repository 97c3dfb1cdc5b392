import { expect, test } from "vitest";
import { HistoryBuilder } from "#core/history-builder";
import type { VerdictDocument } from "#core/run";
import type { Model } from "#core/verdict";
import { unjudgedOf } from "./unjudged.ts";

const history = new HistoryBuilder({ source: "empty" }).build();
const reasonOf = (model: Model, verdict: Partial<VerdictDocument>): string | undefined =>
  unjudgedOf(verdict as VerdictDocument, history).find((one) => one.model === model)?.reason;

test("what nobody asked for is told apart from what no checker fits", () => {
  const results: VerdictDocument["results"] = [{ model: "linearizable", verdict: "violated" }];
  const asked: Model[] = ["linearizable", "pram"];
  expect(reasonOf("linearizable", { results, asked })).toBeUndefined();
  expect(reasonOf("causal", { results, asked })).toBe("others were asked for with --model");
  expect(reasonOf("pram", { results, asked })).toBe("there is no operation");
  expect(reasonOf("causal", { results })).toBe("there is no operation");
});

test("what a checker said counts, whoever asked", () => {
  const results: VerdictDocument["results"] = [
    { model: "convergence", verdict: "not-applicable", reason: "nobody read at the end" },
  ];
  expect(reasonOf("convergence", { results, asked: ["linearizable"] })).toBe("nobody read at the end");
});
