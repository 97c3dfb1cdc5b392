/** A thread that runs checkers over shared columns (`CheckerWorker` is the other end). */
import { parentPort, workerData } from "node:worker_threads";
import type { BegunCheck, Checker, CheckResult, KeyVerdicts } from "#core/checker";
import { assert } from "#core/errors";
import type { History } from "#core/history";
import { historyOfParts } from "#core/table-history";
import type { StalenessBound } from "#core/verdict";
import { keyChunks } from "./key-chunks.ts";
import type { Outcome } from "./agenda.ts";
import type { Conclusion } from "./conclusion.ts";
import { type Part, partsOf } from "./levels.ts";
import { collectGarbage, residentBytes } from "./memory.ts";
import {
  type CheckLimits,
  type Reply,
  type Request,
  SIGNAL,
  type Task,
  type WorkerSettings,
} from "./messages.ts";
import { provedResult, runChecker } from "./run-checker.ts";
import { decides, factsOf } from "./run-checkers.ts";
import { type BudgetSources, WorkerBudget } from "./worker-budget.ts";

const settings = workerData as WorkerSettings;
const signal = new Int32Array(settings.signal);
const { checkersFor } = (await import(settings.registry)) as {
  checkersFor(bounds: readonly StalenessBound[]): readonly Checker[];
};
const sources: BudgetSources = {
  now: () => performance.now(),
  resident: residentBytes,
  isMemoryShort: () => Atomics.exchange(signal, 0, SIGNAL.none) === SIGNAL.memoryIsShort,
  collectGarbage,
};

/** A checker, what it judges, and what it may use up. */
interface Job {
  readonly checker: Checker;
  readonly history: History;
  readonly check: WorkerBudget;
  readonly proof: WorkerBudget;
}

let known: readonly Checker[] = [];
let history: History | undefined;
let parts: readonly Part[] = [];
/** A check whose keys are being judged, here and elsewhere. */
let open: { readonly job: Job; readonly begun: BegunCheck } | undefined;

function jobOf({ name, part, limits }: Task): Job {
  const checker = known.find((one) => one.name === name);
  const judged = parts[part]?.history;
  assert(checker !== undefined && judged !== undefined, `nothing to check with ${name}`);
  return { checker, history: judged, ...budgetsOf(limits) };
}

function budgetsOf({ check, proof, words }: CheckLimits): Pick<Job, "check" | "proof"> {
  const now = sources.now();
  const { most } = settings;
  const silent = { ...sources, isMemoryShort: () => false };
  return {
    check: new WorkerBudget(sources, { end: now + check, most, words }),
    proof: new WorkerBudget(silent, { end: now + proof, most, words }),
  };
}

/** What found something will have to merge: that is loaded while others are still at work. `merge` tells if it cannot be. */
const loadAhead = (): void => void import("./conclude.ts").catch(() => undefined);

function outcomeOf({ check, proof }: Job, outcome: CheckResult): Reply {
  if (outcome.anomalies.length > 0) setImmediate(loadAhead);
  return { type: "outcome", outcome, usedUp: check.usedUp ?? proof.usedUp };
}

async function merge(outcomes: readonly Outcome[], conclusion: Conclusion): Promise<Reply> {
  const { concluded } = await import("./conclude.ts");
  assert(history !== undefined, "no history was opened");
  return { type: "verdict", verdict: concluded(history, outcomes, conclusion) };
}

function begin(job: Job): Reply {
  const { checker, history: judged, check, proof } = job;
  let begun: BegunCheck | undefined;
  const ended = provedResult(checker, judged, proof, () => {
    begun = checker.byKey!.begin(judged, check);
    return begun.keys.length === 0 ? begun.conclude(new Map()) : NOTHING;
  });
  if (begun === undefined || begun.keys.length === 0) return outcomeOf(job, ended);
  open = { job, begun };
  return { type: "begun", chunks: keyChunks(judged, begun.keys) };
}
const NOTHING: CheckResult = { results: [], anomalies: [], counts: {} };

function judgeKeys(job: Job, keys: readonly number[]): Reply {
  const { checker, history: judged, check } = job;
  const verdicts = checker.byKey!.judge(judged, keys, check);
  return { type: "verdicts", verdicts, usedUp: check.usedUp };
}

function conclude(verdicts: KeyVerdicts): Reply {
  assert(open !== undefined, "no check was begun");
  const { job, begun } = open;
  open = undefined;
  const { checker, history: judged, proof } = job;
  return outcomeOf(
    job,
    provedResult(checker, judged, proof, () => begun.conclude(verdicts)),
  );
}

function answer(request: Request): Reply | Promise<Reply> | undefined {
  switch (request.type) {
    case "open":
      known = checkersFor(request.judged.bounds);
      history = historyOfParts(request.judged.parts);
      parts = partsOf(history);
      open = undefined;
      return undefined;
    case "facts": {
      const opened = history;
      assert(opened !== undefined, "no history was opened");
      const asked = known.filter((checker) => decides(checker, request.models));
      return { type: "facts", facts: factsOf(asked, opened, parts) };
    }
    case "check": {
      const job = jobOf(request);
      return outcomeOf(job, runChecker(job.checker, job.history, job));
    }
    case "begin":
      return begin(jobOf(request));
    case "keys":
      return judgeKeys(jobOf(request), request.keys);
    case "conclude":
      return conclude(request.verdicts);
    case "merge":
      return merge(request.outcomes, request.conclusion);
  }
}

async function respond(request: Request): Promise<void> {
  const reply = await answer(request);
  if (reply !== undefined) parentPort?.postMessage(reply);
}

parentPort?.on("message", (request: Request) => {
  // A failure ends the thread, so that `CheckerWorker` hears of it, whatever the process makes of rejections.
  respond(request).catch((error: unknown) =>
    setImmediate(() => {
      throw error;
    }),
  );
});
