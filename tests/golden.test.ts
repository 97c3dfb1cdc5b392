import { globSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { UNLIMITED } from "#core/budget";
import type { Anomaly, Model, ModelResult } from "#core/verdict";
import { checkers } from "../checkers/registry.ts";
import { readHistory } from "../harness/history/read-history.ts";

/**
 * Every file of `golden/<model>/valid` and `golden/<model>/invalid` is judged: the folder is the expected verdict. A bug in a
 * checker leaves its history here.
 */
const FOLDER = join(import.meta.dirname, "golden");
const files = globSync("*/{valid,invalid}/*.jsonl", { cwd: FOLDER }).toSorted();

async function judged(file: string, model: Model): Promise<{ results: ModelResult[]; anomalies: Anomaly[] }> {
  const history = await readHistory(join(FOLDER, file));
  const outcomes = Object.values(checkers)
    .filter((checker) => checker.applies(history))
    .map((checker) => ({ checker, ...checker.check(history, UNLIMITED) }));
  for (const { checker, anomalies } of outcomes) {
    for (const { type, model: broken, witness } of anomalies) {
      const again = checker.check(history.select(witness.map((index) => history.rowOf(index))), UNLIMITED);
      expect(again.anomalies.map((anomaly) => `${anomaly.type} ${anomaly.model}`)).toContain(
        `${type} ${broken}`,
      );
    }
  }
  return {
    results: outcomes.flatMap(({ results }) => results).filter((result) => result.model === model),
    anomalies: outcomes.flatMap(({ anomalies }) => anomalies).filter((anomaly) => anomaly.model === model),
  };
}

test("there are golden histories", () => {
  expect(files.length).toBeGreaterThan(30);
});

describe.each([...Map.groupBy(files, dirname)])("golden histories of %s", (folder, paths) => {
  const model = dirname(folder) as Model;
  test.each(paths.map((path) => basename(path)))("%s", async (name) => {
    const { results, anomalies } = await judged(join(folder, name), model);
    const verdicts = results.map(({ verdict }) => verdict);
    if (basename(folder) === "invalid") {
      expect(verdicts).toContain("violated");
      expect(anomalies).not.toEqual([]);
    } else {
      expect(verdicts).toContain("satisfied");
      expect(verdicts).not.toContain("violated");
      expect(verdicts).not.toContain("unknown");
    }
  });
});
