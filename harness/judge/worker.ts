/** A thread that runs checkers over shared columns (`CheckerWorker` is the other end). */
import { parentPort, workerData } from "node:worker_threads";
import type { Checker } from "#core/checker";
import { assert } from "#core/errors";
import type { History } from "#core/history";
import type { StalenessBound } from "#core/verdict";
import { historyOfParts } from "#core/table-history";
import { type Part, partsOf } from "./levels.ts";
import { collectGarbage, residentBytes } from "./memory.ts";
import { type CheckLimits, type Reply, type Request, SIGNAL, type WorkerSettings } from "./messages.ts";
import { runChecker } from "./run-checker.ts";
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
let known: readonly Checker[] = [];
let history: History | undefined;
let parts: readonly Part[] = [];

function check(name: string, part: number, { check: checkFor, proof: proofFor, words }: CheckLimits): Reply {
  const checker = known.find((one) => one.name === name);
  const judged = parts[part]?.history;
  assert(checker !== undefined && judged !== undefined, `nothing to check with ${name}`);
  const now = sources.now();
  const most = settings.most;
  const budget = new WorkerBudget(sources, { end: now + checkFor, most, words });
  const proof = new WorkerBudget(
    { ...sources, isMemoryShort: () => false },
    { end: now + proofFor, most, words },
  );
  const outcome = runChecker(checker, judged, { check: budget, proof });
  return { type: "outcome", outcome, usedUp: budget.usedUp ?? proof.usedUp };
}

function answer(request: Request): Reply | undefined {
  switch (request.type) {
    case "open":
      known = checkersFor(request.judged.bounds);
      history = historyOfParts(request.judged.parts);
      parts = partsOf(history);
      return undefined;
    case "facts": {
      const opened = history;
      assert(opened !== undefined, "no history was opened");
      const asked = known.filter((checker) => decides(checker, request.models));
      return { type: "facts", facts: factsOf(asked, opened, parts) };
    }
    case "check":
      return check(request.name, request.part, request.limits);
  }
}

parentPort?.on("message", (request: Request) => {
  const reply = answer(request);
  if (reply !== undefined) parentPort?.postMessage(reply);
});
