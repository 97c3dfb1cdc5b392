import { Worker } from "node:worker_threads";
import type { KeyVerdicts } from "#core/checker";
import { HarnessError, messageOf } from "#core/errors";
import type { VerdictDocument } from "#core/run";
import type { Model } from "#core/verdict";
import type { CheckerFacts, Outcome } from "./agenda.ts";
import type { Conclusion } from "./conclusion.ts";
import { highWater, MEGABYTE } from "./memory.ts";
import {
  type CheckLimits,
  type Judged,
  type Limit,
  type Reply,
  type Request,
  SIGNAL,
  type Task,
  type WorkerSettings,
} from "./messages.ts";

/** The worker was ended, or ended itself, before it answered. */
export class WorkerLost extends Error {
  readonly limit: Limit;

  constructor(limit: Limit) {
    super(`the worker was ended: ${limit}`);
    this.limit = limit;
  }
}

export interface WorkerOptions {
  /** URL of the module that exports `checkersFor`. */
  readonly registry: string;
  /** Bytes that the whole process may take. */
  readonly maxMemory: number;
}

/**
 * Far above what may be used: a heap that reaches its limit in one large step takes the whole process down, so it is the
 * process's resident memory that is watched.
 */
const heapLimitMegabytes = (maxMemory: number): number => Math.max(4096, (2 * maxMemory) / MEGABYTE);

const module = new URL(import.meta.url.endsWith(".ts") ? "./worker.ts" : "./worker.js", import.meta.url);

interface Pending {
  resolve(reply: Reply): void;
  reject(error: Error): void;
}

/** A thread that runs one checker at a time. It does not keep the process alive while it has nothing to do. */
export class CheckerWorker {
  readonly #worker: Worker;
  readonly #signal = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  #opened: Judged | undefined;
  #pending: Pending | undefined;
  #lostTo: Limit | undefined;
  #failure: Error | undefined;

  constructor({ registry, maxMemory }: WorkerOptions) {
    const settings: WorkerSettings = {
      registry,
      most: highWater(maxMemory),
      signal: this.#signal.buffer as SharedArrayBuffer,
    };
    this.#worker = new Worker(module, {
      workerData: settings,
      resourceLimits: { maxOldGenerationSizeMb: heapLimitMegabytes(maxMemory) },
    });
    this.#worker.unref();
    this.#worker.on("message", (reply: Reply) => this.#settle(({ resolve }) => resolve(reply)));
    this.#worker.on("error", (error: unknown) => this.#fail(errorOf(error)));
    this.#worker.on("exit", () =>
      this.#fail(this.#lostTo === undefined ? new WorkerLost("memory") : new WorkerLost(this.#lostTo)),
    );
  }

  get isAlive(): boolean {
    return this.#failure === undefined && this.#lostTo === undefined;
  }

  /** Which checkers there are for these models, in the order of the registry. @throws HarnessError */
  async facts(judged: Judged, models: readonly Model[] | undefined): Promise<readonly CheckerFacts[]> {
    this.#open(judged);
    return (await this.#ask({ type: "facts", models }, ["facts"])).facts;
  }

  /** @throws WorkerLost, and whatever ended the worker */
  check(judged: Judged, checker: CheckerFacts, limits: CheckLimits): Promise<ReplyOf<"outcome">> {
    this.#open(judged);
    return this.#ask({ type: "check", ...taskOf(checker, limits) }, ["outcome"]);
  }

  /** Begins a check that is shared by key. @throws as `check` */
  begin(judged: Judged, checker: CheckerFacts, limits: CheckLimits): Promise<ReplyOf<"begun" | "outcome">> {
    this.#open(judged);
    return this.#ask({ type: "begin", ...taskOf(checker, limits) }, ["begun", "outcome"]);
  }

  /** Judges some of the keys of such a check, whoever began it. @throws as `check` */
  judgeKeys(
    judged: Judged,
    checker: CheckerFacts,
    keys: readonly number[],
    limits: CheckLimits,
  ): Promise<ReplyOf<"verdicts">> {
    this.#open(judged);
    return this.#ask({ type: "keys", keys, ...taskOf(checker, limits) }, ["verdicts"]);
  }

  /** Ends the check that it began last. `verdicts`: of all the keys. @throws as `check` */
  conclude(verdicts: KeyVerdicts): Promise<ReplyOf<"outcome">> {
    return this.#ask({ type: "conclude", verdicts }, ["outcome"]);
  }

  /** The verdict that all outcomes together give: cheapest where an anomaly was found. @throws as `check` */
  async merge(
    judged: Judged,
    outcomes: readonly Outcome[],
    conclusion: Conclusion,
  ): Promise<VerdictDocument> {
    this.#open(judged);
    return (await this.#ask({ type: "merge", outcomes, conclusion }, ["verdict"])).verdict;
  }

  /** The checker at work is to make do with less, or to end. */
  signalMemory(): void {
    Atomics.store(this.#signal, 0, SIGNAL.memoryIsShort);
  }

  /** Ends it whatever it does; what it was asked is lost to that limit. */
  async end(limit: Limit): Promise<void> {
    this.#lostTo ??= limit;
    await this.#worker.terminate();
  }

  #open(judged: Judged): void {
    if (this.#opened === judged) return;
    this.#opened = judged;
    this.#worker.postMessage({ type: "open", judged } satisfies Request);
  }

  async #ask<T extends Reply["type"]>(request: Request, expected: readonly T[]): Promise<ReplyOf<T>> {
    if (this.#failure !== undefined) throw this.#failure;
    this.#worker.ref();
    try {
      const reply = await new Promise<Reply>((resolve, reject) => {
        this.#pending = { resolve, reject };
        this.#worker.postMessage(request);
      });
      if (isOneOf(reply, expected)) return reply;
      throw new HarnessError("internal", `${request.type} was answered by ${reply.type}`);
    } finally {
      this.#worker.unref();
    }
  }

  #settle(settle: (pending: Pending) => void): void {
    const pending = this.#pending;
    this.#pending = undefined;
    if (pending !== undefined) settle(pending);
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    this.#settle(({ reject }) => reject(error));
  }
}

type ReplyOf<T extends Reply["type"]> = Extract<Reply, { type: T }>;

const isOneOf = <T extends Reply["type"]>(reply: Reply, types: readonly T[]): reply is ReplyOf<T> =>
  (types as readonly string[]).includes(reply.type);

const taskOf = ({ name, part }: CheckerFacts, limits: CheckLimits): Task => ({
  name,
  part: part.index,
  limits,
});

function errorOf(error: unknown): Error {
  const code = (error as { code?: unknown }).code;
  if (code === "ERR_WORKER_OUT_OF_MEMORY") return new WorkerLost("memory");
  return error instanceof Error ? error : new Error(messageOf(error));
}
