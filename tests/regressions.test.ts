import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { isScripted, type ScriptedCase } from "../harness/hunt/case.ts";
import { isCaseFile, readCase } from "../harness/hunt/case-file.ts";
import { simulateCase } from "../harness/hunt/simulate-case.ts";
import { bugNames } from "../targets/eventual/bugs/names.ts";

const FOLDER = join(import.meta.dirname, "regressions");

const cases = readdirSync(FOLDER)
  .filter(isCaseFile)
  .map((file) => ({ file, one: readCase(join(FOLDER, file)) }));

const kindsIn = async (one: ScriptedCase): Promise<string[]> => {
  const { verdict } = await simulateCase(one, { models: [one.shows!.model] });
  return verdict.anomalies.map(({ type, model }) => `${type} (${model})`);
};

describe("a planted bug's smallest case", () => {
  test.each(cases)("$file shows its anomaly, and not without the bug", async ({ one }) => {
    if (!isScripted(one) || one.shows === undefined)
      throw new Error("the case has no script, or shows nothing");
    const shows = `${one.shows.type} (${one.shows.model})`;
    expect(await kindsIn(one)).toContain(shows);
    const correct = { ...one, targetOptions: { ...one.targetOptions, bug: "none" } };
    expect(await kindsIn(correct)).not.toContain(shows);
  });

  test.each(cases)("$file is named after a bug that can be planted", ({ file, one }) => {
    expect(bugNames.map((bug) => `${bug}.riftcheck.json`)).toContain(file);
    expect(file).toBe(`${String(one.targetOptions["bug"])}.riftcheck.json`);
  });
});
