import { execFileSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { MODELS } from "#core/models";
import type { Model } from "#core/verdict";
import { partsOf } from "#core/table-history";
import { parseHistory } from "../history/read-history.ts";
import type { CheckerFacts } from "./agenda.ts";
import { CheckerPool } from "./checker-pool.ts";
import { type CheckerWorker, WorkerLost } from "./checker-worker.ts";
import { MEGABYTE } from "./memory.ts";
import { judgeInWorkers, runInWorkers, type WorkRequest } from "./run-in-workers.ts";
import type { StubbornReport } from "./testing/judge-stubborn.ts";
import { checkers } from "./testing/stubborn-checkers.ts";

const registry = new URL("./testing/stubborn-checkers.ts", import.meta.url).href;
const LINES = [
  '{"index":0,"time":1,"process":0,"type":"invoke","f":"write","key":"x","value":"one"}',
  '{"index":1,"time":2,"process":0,"type":"ok","f":"write","key":"x","value":"one"}',
];
const history = parseHistory(`${LINES.join("\n")}\n`);
const parts = partsOf(history);
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

const NOTHING = { results: [], anomalies: [], counts: {} };
const part = { index: 0, operations: 1, about: "everything" } as const;
const fact = (name: string, model: Model, more: Partial<CheckerFacts> = {}): CheckerFacts => ({
  name,
  models: [model],
  applies: true,
  part,
  ...more,
});

/** A pool whose workers do what the test says. */
function poolOfFakes(size: number, does: Partial<Record<keyof CheckerWorker, unknown>>): CheckerPool {
  const worker = {
    isAlive: true,
    end: () => Promise.resolve(),
    signalMemory: () => undefined,
    ...does,
  };
  const pool = {
    size,
    maxMemory: ROOMY,
    take: () => ({ ...worker }),
    takeThis: (one: CheckerWorker) => one,
    giveBack: () => undefined,
    endIdle: worker.end,
  };
  return pool as unknown as CheckerPool;
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
    const timeout = 150;
    const pool = poolOfFakes(2, {
      facts: () => Promise.resolve([fact("one", "sequential"), fact("other", "causal")]),
      check: () => new Promise((_, reject) => setTimeout(() => reject(new WorkerLost("memory")), timeout)),
    });
    const request = { memoryWords: "--max-memory", timeout, spreadFrom: 0 };
    const outcomes = await runInWorkers(parts, pool, request);
    expect(outcomes.flatMap(({ results }) => results)).toMatchObject([
      { model: "sequential", verdict: "unknown" },
      { model: "causal", verdict: "unknown" },
    ]);
  });

  test("begins a second checker beside one that takes long, however short the history is", async () => {
    const waiting: ((reply: unknown) => void)[] = [];
    const pool = poolOfFakes(2, {
      facts: () => Promise.resolve([fact("one", "sequential"), fact("other", "causal")]),
      // Neither comes to its end before both have begun.
      check: () =>
        new Promise((resolve) => {
          waiting.push(resolve);
          if (waiting.length === 2) for (const end of waiting) end({ type: "outcome", outcome: NOTHING });
        }),
    });
    const outcomes = await runInWorkers(parts, pool, { memoryWords: "" });
    expect(outcomes.map(({ checker }) => checker)).toEqual(["one", "other"]);
  });

  test.each([
    [1, 1],
    [2, 2],
  ])("of %i workers one that ends for want of memory begins %i times", async (size, times) => {
    let begun = 0;
    const pool = poolOfFakes(size, {
      facts: () => Promise.resolve([fact("one", "sequential")]),
      check: () => {
        begun++;
        return Promise.reject(new WorkerLost("memory"));
      },
    });
    const outcomes = await runInWorkers(parts, pool, { memoryWords: "--max-memory" });
    expect(outcomes).toMatchObject([{ results: [{ verdict: "unknown" }] }]);
    expect(begun).toBe(times);
  });

  test.each<[readonly Model[] | undefined]>([[undefined], [["pram"]]])(
    "planning that never ends is ended, and nothing is known of the models asked for (%j)",
    async (models) => {
      const endless = new URL("./testing/endless-planning.ts", import.meta.url).href;
      await using pool = new CheckerPool({ registry: endless, maxMemory: ROOMY, workers: 1 });
      const request = { memoryWords: "", timeout: 200, ...(models === undefined ? {} : { models }) };
      const outcomes = await runInWorkers(parts, pool, request);
      const unknown = { verdict: "unknown", reason: "budget used up: --timeout 200 ms" };
      const expected = (models ?? MODELS).map((model) => ({ model, ...unknown }));
      expect(outcomes.flatMap(({ results }) => results)).toEqual(expected);
    },
  );

  test("a registry that cannot be loaded is no verdict but an error", async () => {
    await using pool = new CheckerPool({ registry: "file:///no-such.ts", maxMemory: ROOMY, workers: 1 });
    await expect(verdicts(pool, ["convergence"])).rejects.toThrow(/no-such/);
  });
});

describe("one checker shared by key", () => {
  const sharing = [fact("one", "linearizable", { sharesKeys: true, searches: true })];
  const verdictsOf = (keys: readonly number[]) => new Map(keys.map((key) => [key, { verdict: "satisfied" }]));

  test("is judged by all workers at once, and concluded by the one that began it with all that was found", async () => {
    const waiting: (() => void)[] = [];
    const concluded: unknown[] = [];
    const pool = poolOfFakes(2, {
      facts: () => Promise.resolve(sharing),
      begin: () => Promise.resolve({ type: "begun", chunks: [[3], [1, 2]] }),
      // No key is judged before both workers have some.
      judgeKeys: (_: unknown, __: unknown, keys: readonly number[]) =>
        new Promise((resolve) => {
          waiting.push(() => resolve({ type: "verdicts", verdicts: verdictsOf(keys) }));
          if (waiting.length === 2) for (const end of waiting) end();
        }),
      conclude: (verdicts: ReadonlyMap<number, unknown>) => {
        concluded.push([...verdicts.keys()].sort());
        return Promise.resolve({ type: "outcome", outcome: NOTHING });
      },
    });
    await runInWorkers(parts, pool, { memoryWords: "", spreadFrom: 0 });
    expect(concluded).toEqual([[1, 2, 3]]);
  });

  test.each([
    ["a helper is lost", () => Promise.reject(new WorkerLost("memory"))],
    ["a helper ends", () => Promise.resolve({ type: "verdicts", verdicts: new Map(), usedUp: "memory" })],
  ])("is begun again alone where %s for want of memory", async (_, judgeKeys) => {
    const calls: string[] = [];
    const pool = poolOfFakes(2, {
      facts: () => Promise.resolve(sharing),
      begin: () => Promise.resolve({ type: "begun", chunks: [[0], [1]] }),
      judgeKeys,
      conclude: () => Promise.reject(new Error("not all keys are judged")),
      check: () => {
        calls.push("check");
        return Promise.resolve({ type: "outcome", outcome: NOTHING });
      },
    });
    const outcomes = await runInWorkers(parts, pool, { memoryWords: "", spreadFrom: 0 });
    expect(outcomes).toMatchObject([{ checker: "one", results: [] }]);
    expect(calls).toEqual(["check"]);
  });

  test("is undecided with the reason of a helper that failed", async () => {
    const pool = poolOfFakes(2, {
      facts: () => Promise.resolve(sharing),
      begin: () => Promise.resolve({ type: "begun", chunks: [[0], [1]] }),
      judgeKeys: () => Promise.reject(new Error("oops")),
    });
    const outcomes = await runInWorkers(parts, pool, { memoryWords: "", spreadFrom: 0 });
    expect(outcomes).toMatchObject([
      { results: [{ verdict: "unknown", reason: "the checker one failed: oops" }] },
    ]);
  });
});

describe("the verdict", () => {
  const conclusion = { expectations: [], insufficient: [], began: 0 };
  const anomaly = { type: "stale-read", model: "pram", witness: [0], explanation: "" };
  const merging = (anomalies: unknown[], merge: () => Promise<unknown>): CheckerPool =>
    poolOfFakes(1, {
      facts: () => Promise.resolve([fact("one", "pram")]),
      check: () => Promise.resolve({ type: "outcome", outcome: { ...NOTHING, anomalies } }),
      merge,
    });
  const judged = (pool: CheckerPool) =>
    judgeInWorkers(history, pool, { memoryWords: "", conclusion }).then(({ file, anomalies }) => ({
      file,
      anomalies: anomalies.length,
    }));

  test("comes from the worker that found an anomaly", async () => {
    const merge = () => Promise.resolve({ file: "merged there", anomalies: [] });
    expect(await judged(merging([anomaly], merge))).toEqual({ file: "merged there", anomalies: 0 });
  });

  test("comes from this thread where nothing was found, or the worker is lost", async () => {
    const lost = () => Promise.reject(new WorkerLost("memory"));
    expect(await judged(merging([], lost))).toEqual({ file: history.source, anomalies: 0 });
    expect(await judged(merging([anomaly], lost))).toEqual({ file: history.source, anomalies: 1 });
  });

  test("is none where a worker cannot merge", async () => {
    await using pool = poolOf(1);
    const request = { models: ["log-order"], memoryWords: "", conclusion } as const;
    await expect(judgeInWorkers(history, pool, request)).rejects.toThrow("undefined");
  });

  test("is none where merging fails", async () => {
    const fails = () => Promise.reject(new Error("oops"));
    await expect(judged(merging([anomaly], fails))).rejects.toThrow("oops");
  });
});
