import { stdout } from "node:process";
import { expect, test } from "vitest";
import { runsOf } from "../testing/arbitrary.ts";
import { compareMany, rareClasses } from "../testing/fuzz/fuzz-runs.ts";
import { crdtCases } from "../testing/fuzz/crdts.ts";

/** Largest share of histories on which the checker may say `unknown`; of none where nothing is said. */
const UNDECIDED: Readonly<Record<string, number>> = {
  "g-counters, causal": 0.15,
  "pn-counters, causal": 0.25,
  "g-sets, causal": 0.05,
  "2p-sets, causal": 0.05,
  "or-sets, causal": 0.1,
  "texts, causal": 0.02,
};

test.each(crdtCases)("agrees with the definition: $title", (fuzzCase) => {
  const tally = compareMany(fuzzCase, runsOf(300));
  if (process.env["FUZZ_RUNS"] !== undefined) stdout.write(`${fuzzCase.title} ${JSON.stringify(tally)}\n`);
  expect(rareClasses(tally)).toEqual([]);
  expect(tally["not-applicable"]).toBe(0);
  expect(tally.unknown / runsOf(300)).toBeLessThanOrEqual(UNDECIDED[fuzzCase.title] ?? 0);
});
