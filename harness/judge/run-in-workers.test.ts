import { execFileSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import type { Model } from "#core/verdict";
import { partsOf } from "#core/table-history";
import { parseHistory } from "../history/read-history.ts";
import { CheckerPool } from "./checker-pool.ts";
import { WorkerLost } from "./checker-worker.ts";
import { MEGABYTE } from "./memory.ts";
import { runInWorkers, type WorkRequest } from "./run-in-workers.ts";
import type { StubbornReport } from "./testing/judge-stubborn.ts";
import { checkers } from "./testing/stubborn-checkers.ts";

const registry = new URL("./testing/stubborn-checkers.ts", import.meta.url).href;
const LINES = [
  '{"index":0,"time":1,"process":0,"type":"invoke","f":"write","key":"x","value":"one"}',
  '{"index":1,"time":2,"process":0,"type":"ok","f":"write","key":"x","value":"one"}',
];
const parts = partsOf(parseHistory(`${LINES.join("\n")}\n`));
/** More than the tests that share this process can take. */
const ROOMY = 2 ** 40;

const poolOf = (workers: number) => new CheckerPool({ registry, maxMemory: ROOMY, workers });

async function verdicts(pool: CheckerPool, models: Model[], more: Partial<WorkRequest> = {}) {
  const outcomes = await runInWorkers(parts, pool, { models, memoryWords: "--max-memory", ...more });
  return outcomes.flatMap(({ results }) => results);
}

function judgeStubborn(workers: number, bytes: number, models: readonly Model[]): StubbornReport {
  const script = new URL("./testing/judge-stubborn.ts", import.meta.url).pathname;
  const output = execFileSync(process.execPath, [script, String(workers), String(bytes), models.join(",")]);
  return JSON.parse(output.toString()) as StubbornReport;
}

const TIMEOUT = 2_000;
const outOfTime = { verdict: "unknown", reason: "budget used up: --timeout 2.00 s" };

describe("judging in workers", () => {
  test.each([1, 2])("ends a checker that never ticks, and judges on, with %i workers", async (workers) => {
    await using pool = poolOf(workers);
    await verdicts(pool, ["convergence"]);
    const models: Model[] = ["linearizable", "convergence"];
    const first = await verdicts(pool, models, { timeout: TIMEOUT });
    expect(first).toMatchObject([{ model: "convergence", verdict: "satisfied" }, outOfTime]);
    const next = await verdicts(pool, ["convergence", "no-lost-writes"]);
    expect(next.map(({ verdict }) => verdict)).toEqual(["satisfied", "satisfied"]);
  });

  const TIGHT = 400 * MEGABYTE;

  test.each<[string, Model, number]>([
    ["outside the heap", "sequential", 1],
    ["outside the heap", "sequential", 2],
    ["in the heap", "causal", 2],
  ])("ends a checker that fills the memory %s (%s), and judges on, with %i workers", (_, model, workers) => {
    const { results, next, peakBytes } = judgeStubborn(workers, TIGHT, [
      model,
      "convergence",
      "no-lost-writes",
    ]);
    expect(results.find((result) => result.model === model)).toMatchObject({
      verdict: "unknown",
      reason: "budget used up: --max-memory",
    });
    const others = results.filter((result) => result.model !== model);
    expect(others.map(({ verdict }) => verdict)).toEqual(["satisfied", "satisfied"]);
    expect(next).toMatchObject([{ verdict: "satisfied" }]);
    expect(peakBytes).toBeGreaterThan(50 * MEGABYTE);
    expect(peakBytes).toBeLessThan(TIGHT);
  });

  test("a checker that throws is unknown, with what it said", async () => {
    await using pool = poolOf(1);
    const results = await verdicts(pool, ["pram", "convergence"]);
    expect(results).toMatchObject([
      { verdict: "satisfied" },
      { verdict: "unknown", reason: "the checker failing failed: oops" },
    ]);
  });

  test("interrupts a checker on this thread and leaves it to a worker", async () => {
    await using pool = poolOf(2);
    const here = { checkers: Object.values(checkers), timeout: TIMEOUT };
    const results = await verdicts(pool, ["linearizable", "convergence"], here);
    expect(results).toMatchObject([{ model: "convergence", verdict: "satisfied" }, outOfTime]);
    expect(await verdicts(pool, ["convergence"], here)).toMatchObject([{ verdict: "satisfied" }]);
  });

  test("checkers that lost their worker and have no time left end undecided", async () => {
    const part = { index: 0, operations: 1, about: "everything" };
    const fact = (name: string, model: Model) => ({ name, models: [model], applies: true, part });
    const timeout = 150;
    const worker = {
      isAlive: true,
      facts: () => Promise.resolve([fact("one", "sequential"), fact("other", "causal")]),
      check: () => new Promise((_, reject) => setTimeout(() => reject(new WorkerLost("memory")), timeout)),
      end: () => Promise.resolve(),
      signalMemory: () => undefined,
    };
    const pool = {
      size: 2,
      maxMemory: ROOMY,
      take: () => worker,
      giveBack: () => undefined,
      endIdle: worker.end,
    };
    const request = { memoryWords: "--max-memory", timeout, spreadFrom: 0 };
    const outcomes = await runInWorkers(parts, pool as unknown as CheckerPool, request);
    expect(outcomes.flatMap(({ results }) => results)).toMatchObject([
      { model: "sequential", verdict: "unknown" },
      { model: "causal", verdict: "unknown" },
    ]);
  });

  test("a registry that cannot be loaded is no verdict but an error", async () => {
    await using pool = new CheckerPool({ registry: "file:///no-such.ts", maxMemory: ROOMY, workers: 1 });
    await expect(verdicts(pool, ["convergence"])).rejects.toThrow(/no-such/);
  });
});
