import { BudgetExceeded } from "#core/budget";
import type { Checker, CheckResult } from "#core/checker";
import type { HistoryParts } from "#core/columns";
import { assert, messageOf } from "#core/errors";
import type { History } from "#core/history";
import type { VerdictDocument } from "#core/run";
import { historyOfParts, partsOf as tablesOf } from "#core/table-history";
import { MODELS } from "#core/models";
import type { Model, StalenessBound } from "#core/verdict";
import { Agenda, type CheckerFacts, isHeavy, type Outcome, undecided } from "./agenda.ts";
import type { CheckerPool } from "./checker-pool.ts";
import type { Conclusion } from "./conclusion.ts";
import { type CheckerWorker, WorkerLost } from "./checker-worker.ts";
import { partsOf } from "./levels.ts";
import { highWater, residentBytes, WORKER_BYTES } from "./memory.ts";
import { MemoryWatch } from "./memory-watch.ts";
import type { CheckLimits, Judged, Limit, Reply } from "./messages.ts";
import { decides, factsOf } from "./run-checkers.ts";
import { runHere } from "./run-here.ts";
import { SharedCheck } from "./shared-check.ts";
import { type Slice, TimePlan } from "./time-plan.ts";

export interface WorkRequest {
  /** Only checkers that decide one of these, however long the history is. */
  readonly models?: readonly Model[];
  /** Judged besides what the registry holds. */
  readonly bounds?: readonly StalenessBound[];
  /** Milliseconds for the whole history. */
  readonly timeout?: number;
  /** How the memory limit is called. */
  readonly memoryWords: string;
  /** Histories of so many operations are judged by several workers from the start, also the keys of one checker. */
  readonly spreadFrom?: number;
  /** The checkers themselves, for a history that is small enough to be judged on this thread. */
  readonly checkers?: readonly Checker[];
}

/** Milliseconds that this thread may be busy judging a small history; of a shorter timeout, a quarter. */
const HERE_MS = 250;
const HERE_SHARE = 0.25;

/**
 * Smaller histories are judged before another worker could be of use: it has to load and to compile the same code. Measured:
 * docs/decisions/0006-judging-in-workers.md.
 */
const SPREAD_FROM = 100_000;
/**
 * The keys of one checker are shared from the start from here on: a second worker compiles the same search once more. Measured
 * by bench/split.ts, figures on the same page.
 */
const SHARE_FROM = 150_000;
/** Or they are not: then the others help. */
const SPREAD_AFTER_MS = 500;

/** Runs every checker that applies on the pool's workers. @returns their outcomes in the order of the registry */
export async function runInWorkers(
  parts: HistoryParts,
  pool: CheckerPool,
  request: WorkRequest,
): Promise<Outcome[]> {
  await using judging = new Judging(parts, pool, request);
  return await judging.run();
}

/** Runs every checker that applies and merges what they found into the verdict. @throws HarnessError */
export async function judgeInWorkers(
  history: History,
  pool: CheckerPool,
  { conclusion, ...request }: WorkRequest & { readonly conclusion: Conclusion },
): Promise<VerdictDocument> {
  await using judging = new Judging(tablesOf(history), pool, request);
  // Loaded while the workers are at work.
  const [outcomes, { concluded }] = await Promise.all([judging.run(), import("./conclude.ts")]);
  return (await judging.merge(outcomes, conclusion)) ?? concluded(history, outcomes, conclusion);
}

/** In whose name models are unknown where there was no time to ask which checkers there are. */
const PLANNING = "planning";

/** A checker at work. `alone`: nothing else runs, so that all the memory is its own. */
interface Work {
  readonly checker: CheckerFacts;
  readonly worker: CheckerWorker;
  readonly alone: boolean;
}

class Judging implements AsyncDisposable {
  readonly #judged: Judged;
  readonly #pool: CheckerPool;
  readonly #request: WorkRequest;
  readonly #time: TimePlan;
  readonly #memory: MemoryWatch;
  readonly #running = new Map<Work, Promise<void>>();
  readonly #shared = new Set<SharedCheck>();
  /** Ended for want of memory while others ran. */
  readonly #again: CheckerFacts[] = [];
  /** At work without a checker. */
  #planner: CheckerWorker | undefined;
  /** Found an anomaly: explaining it takes what the worker has worked out already. */
  #finder: CheckerWorker | undefined;
  #agenda = new Agenda([]);

  constructor(parts: HistoryParts, pool: CheckerPool, request: WorkRequest) {
    this.#judged = { parts, bounds: request.bounds ?? [] };
    this.#pool = pool;
    this.#request = request;
    this.#time = new TimePlan(request.timeout, parts.columns.f.length);
    this.#memory = new MemoryWatch(pool.maxMemory, () => this.#latest());
  }

  async run(): Promise<Outcome[]> {
    const planned = await this.#plan();
    if (!(planned instanceof Agenda)) return [planned];
    this.#agenda = planned;
    while (!this.#agenda.isDone) {
      const left = this.#agenda.unfinished;
      await this.#startAll();
      if (this.#agenda.isDone) break;
      if (this.#running.size === 0) {
        // What was begun had no time left and has ended: others may go on now.
        assert(this.#agenda.unfinished < left, "no checker can go on");
        continue;
      }
      await Promise.race([...this.#running.values(), ...this.#time.when(SPREAD_AFTER_MS)]);
    }
    return this.#agenda.outcomes();
  }

  /** The verdict by the worker that found something; undefined: nobody did, or it is gone or still at work. */
  async merge(outcomes: readonly Outcome[], conclusion: Conclusion): Promise<VerdictDocument | undefined> {
    if (this.#finder?.isAlive !== true) return undefined;
    const worker = this.#pool.takeThis(this.#finder);
    if (worker === undefined) return undefined;
    this.#planner = worker;
    try {
      return await worker.merge(this.#judged, outcomes, conclusion);
    } catch (error) {
      if (error instanceof WorkerLost) return undefined;
      throw error;
    } finally {
      this.#planner = undefined;
      this.#pool.giveBack(worker);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#memory[Symbol.dispose]();
    this.#time[Symbol.dispose]();
    await Promise.all([...this.#running.keys()].map(({ worker }) => worker.end("time")));
    await Promise.allSettled(this.#running.values());
  }

  /** What is to be run; an outcome where the limits did not even allow to find that out. */
  async #plan(): Promise<Agenda | Outcome> {
    const { checkers, models, timeout = Number.POSITIVE_INFINITY } = this.#request;
    if (checkers === undefined) return await this.#planInWorker();
    const history = historyOfParts(this.#judged.parts);
    const chosen = checkers.filter((checker) => decides(checker, models));
    const parts = partsOf(history);
    const agenda = this.#agendaOf(factsOf(chosen, history, parts));
    const { maxMemory } = this.#pool;
    runHere(agenda, { checkers, parts, maxMemory, limit: Math.min(HERE_MS, timeout * HERE_SHARE) });
    return agenda;
  }

  #agendaOf(facts: readonly CheckerFacts[]): Agenda {
    const { models } = this.#request;
    return new Agenda(facts, models === undefined ? {} : { asked: models });
  }

  async #planInWorker(): Promise<Agenda | Outcome> {
    const { models, timeout = Number.POSITIVE_INFINITY } = this.#request;
    const worker = this.#pool.take();
    assert(worker !== undefined, "all workers are at work already");
    this.#planner = worker;
    try {
      using _ = endingAfter(worker, timeout - this.#time.elapsed);
      return this.#agendaOf(await worker.facts(this.#judged, models));
    } catch (error) {
      if (!(error instanceof WorkerLost)) throw error;
      return { checker: PLANNING, ...this.#exceeded({ models: models ?? MODELS }, error.limit) };
    } finally {
      this.#planner = undefined;
      this.#pool.giveBack(worker);
    }
  }

  /** Starts what can be started now. */
  async #startAll(): Promise<void> {
    if ([...this.#running.keys()].some(({ alone }) => alone)) return;
    const most = this.#mostWorkers();
    while (this.#running.size < most) {
      const isHeavyRunning = [...this.#running.keys()].some(({ checker }) => isHeavy(checker));
      const checker = this.#agenda.next({ heavyFirst: most > 1 && !isHeavyRunning });
      if (checker === undefined) break;
      this.#start(checker, false);
    }
    this.#startHelpers();
    if (this.#running.size > 0) return;
    const checker = this.#again.shift();
    if (checker === undefined) return;
    await this.#pool.endIdle();
    this.#start(checker, true);
  }

  /** No worker begins beside others where the memory would not do for it: what it took is never all given back. */
  #mostWorkers(): number {
    if (residentBytes() + WORKER_BYTES > highWater(this.#pool.maxMemory)) return 1;
    const { spreadFrom = SPREAD_FROM } = this.#request;
    const isLong = this.#judged.parts.columns.f.length >= spreadFrom || this.#time.elapsed >= SPREAD_AFTER_MS;
    return isLong ? this.#pool.size : 1;
  }

  #start(checker: CheckerFacts, alone: boolean): void {
    const others = this.#agenda.waiting + this.#again.length;
    const slice = this.#time.sliceOf(checker, others > 0);
    if (slice.check <= 0) return this.#agenda.finish(checker, this.#exceeded(checker, "time"));
    const worker = this.#pool.take();
    assert(worker !== undefined, "more checkers than workers");
    const work = { checker, worker, alone };
    this.#running.set(work, this.#perform(work, slice));
  }

  /** What has nothing else to do helps with checks that are shared by key. */
  #startHelpers(): void {
    const { spreadFrom = SHARE_FROM } = this.#request;
    const isLong = this.#judged.parts.columns.f.length >= spreadFrom || this.#time.elapsed >= SPREAD_AFTER_MS;
    if (!isLong) return;
    while (this.#running.size < this.#mostWorkers()) {
      const shared = this.#shared.values().find(({ isOpen }) => isOpen);
      const worker = shared === undefined ? undefined : this.#pool.take();
      if (shared === undefined || worker === undefined) return;
      const work = { checker: shared.checker, worker, alone: false };
      this.#running.set(work, shared.help(this.#help(work, shared)));
    }
  }

  async #help(work: Work, shared: SharedCheck): Promise<void> {
    const { worker } = work;
    try {
      using _ = endingAfter(worker, shared.left.kill);
      await this.#judgeKeys(shared, worker);
      if (shared.isShortOfMemory) await worker.end("memory");
    } finally {
      this.#running.delete(work);
      this.#pool.giveBack(worker);
    }
  }

  async #perform(work: Work, slice: Slice): Promise<void> {
    const { checker, worker } = work;
    try {
      using _ = endingAfter(worker, slice.kill);
      const reply = await this.#check(work, slice);
      await this.#finish(work, reply.outcome, reply.usedUp);
    } catch (error) {
      const limit = error instanceof WorkerLost ? error.limit : undefined;
      const reason = `the checker ${checker.name} failed: ${messageOf(error)}`;
      const outcome =
        limit === undefined ? undecided(checker, "unknown", () => reason) : this.#exceeded(checker, limit);
      await this.#finish(work, outcome, limit);
    }
  }

  /** @throws what `CheckerWorker.check` throws */
  async #check({ checker, worker, alone }: Work, slice: Slice): Promise<Extract<Reply, { type: "outcome" }>> {
    const isShared = checker.sharesKeys === true && !alone && this.#pool.size > 1;
    if (!isShared) return await worker.check(this.#judged, checker, this.#limitsOf(slice));
    const began = performance.now();
    const begun = await worker.begin(this.#judged, checker, this.#limitsOf(slice));
    if (begun.type === "outcome") return begun;
    const shared = new SharedCheck(checker, begun.chunks, slice, began);
    this.#shared.add(shared);
    try {
      this.#startHelpers();
      await this.#judgeKeys(shared, worker);
      const verdicts = await shared.verdicts();
      if (!shared.isShortOfMemory) return await worker.conclude(verdicts);
      return { type: "outcome", outcome: this.#exceeded(checker, "memory"), usedUp: "memory" };
    } finally {
      shared.close();
      this.#shared.delete(shared);
    }
  }

  #judgeKeys(shared: SharedCheck, worker: CheckerWorker): Promise<void> {
    return shared.judge((keys) =>
      worker.judgeKeys(this.#judged, shared.checker, keys, this.#limitsOf(shared.left)),
    );
  }

  #limitsOf({ check, proof }: Slice): CheckLimits {
    return { check, proof, words: { time: this.#time.words(), memory: this.#request.memoryWords } };
  }

  async #finish(work: Work, outcome: CheckResult, usedUp: Limit | undefined): Promise<void> {
    const { checker, worker } = work;
    // What it took is given back for certain only with the worker itself.
    if (usedUp === "memory") await worker.end("memory");
    if (outcome.anomalies.length > 0 && this.#finder?.isAlive !== true) this.#finder = worker;
    this.#running.delete(work);
    this.#pool.giveBack(worker);
    if (usedUp === "memory" && !work.alone && this.#pool.size > 1) this.#again.push(checker);
    else this.#agenda.finish(checker, outcome);
  }

  #exceeded(checker: Pick<Checker, "models">, limit: Limit): CheckResult {
    const words = limit === "time" ? this.#time.words() : this.#request.memoryWords;
    return undecided(checker, "unknown", () => new BudgetExceeded(words).message);
  }

  /** The one that has to end where memory is short: the last begun, of the heavy ones if there are any. */
  #latest(): CheckerWorker | undefined {
    const works = [...this.#running.keys()];
    return (works.findLast(({ checker }) => isHeavy(checker)) ?? works.at(-1))?.worker ?? this.#planner;
  }
}

/** Ends a worker whatever it does, unless it is disposed within so many milliseconds. */
function endingAfter(worker: CheckerWorker, milliseconds: number): Disposable {
  const timer = Number.isFinite(milliseconds)
    ? setTimeout(() => void worker.end("time"), milliseconds)
    : undefined;
  return { [Symbol.dispose]: () => clearTimeout(timer) };
}
