import { statSync } from "node:fs";
import { availableParallelism } from "node:os";
import { getHeapStatistics } from "node:v8";
import type { Checker } from "#core/checker";
import { HarnessError } from "#core/errors";
import type { History } from "#core/history";
import type { VerdictDocument } from "#core/run";
import { partsOf } from "#core/table-history";
import type { StalenessBound } from "#core/verdict";
import { formatBytes, MILLISECOND, type Nanoseconds } from "#core/units";
import { READ_AHEAD } from "../history/ahead/read-ahead.ts";
import type { ReadOptions } from "../history/read-history.ts";
import { CheckerPool } from "../judge/checker-pool.ts";
import {
  collectGarbage,
  defaultMaxMemory,
  highWater,
  MEGABYTE,
  residentBytes,
  WORKER_BYTES,
} from "../judge/memory.ts";
import { runInWorkers } from "../judge/run-in-workers.ts";
import type { JudgeRequest } from "./judge-history.ts";
import { boundsOf, expectedOf } from "./strongest-expectation.ts";

/** What judging may use up. */
export interface JudgingLimits {
  /** For each history; undefined: what searches get by default. */
  readonly timeout?: Nanoseconds | undefined;
  /** Bytes of the whole process; undefined: a share of what the machine has free. */
  readonly maxMemory?: number | undefined;
  /** Checkers at once; undefined: as many as there are cores. */
  readonly workers?: number | undefined;
}

const EXTENSION = import.meta.url.endsWith(".ts") ? "ts" : "js";
const REGISTRY = new URL(`../../checkers/registry.${EXTENSION}`, import.meta.url).href;

/** Loaded only where they run on this thread. */
const loadCheckers = async (bounds: readonly StalenessBound[]): Promise<readonly Checker[]> =>
  (await import("../../checkers/registry.ts")).checkersFor(bounds);

/**
 * Of the memory left, what a history may take while it is read: when it is whole, its columns are copied to their final size,
 * and then it has to be judged.
 */
const READING_SHARE = 0.5;
/** What is read in any case, whatever earlier histories left behind. */
const ALWAYS_READ = 16 * MEGABYTE;
/** Of this thread's heap: reaching its limit would end the process. */
const HEAP_SHARE = 0.8;

/** What reading ahead takes. Columns are smaller than the lines that they come from. */
const READ_AHEAD_BYTES = 64 * MEGABYTE;

type ReadingLimits = Pick<ReadOptions, "guard" | "ahead">;

/** Longer histories are judged in workers from the start. Measured: docs/decisions/0006-judging-in-workers.md. */
const SMALL_OPERATIONS = 5_000;
/** Sizes of files that are likely to need a worker, or all of them: those start while the file is read. */
const ONE_WORKER_BYTES = 1_000_000;
const ALL_WORKERS_BYTES = 10_000_000;

/** Judges histories one after the other, in workers that it keeps between them. */
export class Judging implements AsyncDisposable {
  readonly #pool: CheckerPool;
  readonly #timeout: Nanoseconds | undefined;
  readonly #memoryWords: string;
  readonly #threads: number;

  constructor({ timeout, maxMemory, workers }: JudgingLimits = {}) {
    const bytes = maxMemory ?? defaultMaxMemory();
    this.#timeout = timeout;
    this.#memoryWords =
      maxMemory === undefined
        ? `${formatBytes(bytes)} of memory, as no --max-memory was given`
        : `--max-memory ${formatBytes(bytes)}`;
    this.#threads = workers ?? availableParallelism();
    this.#pool = new CheckerPool({ registry: REGISTRY, maxMemory: bytes, workers: this.#threads });
  }

  /** Reads a history within the memory allowed. @throws HarnessError `history-too-large`, and what `read` throws */
  async read(path: string, read: (how: ReadingLimits) => Promise<History>): Promise<History> {
    await this.#pool.makeRoom();
    const bytes = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
    const wanted = this.#workersFor(bytes);
    const start = residentBytes() + Math.max(0, wanted - this.#pool.count) * WORKER_BYTES;
    this.#pool.warm(wanted);
    const room = (highWater(this.#pool.maxMemory) - start) * READING_SHARE;
    const most = start + Math.max(ALWAYS_READ, room);
    const guard = (): void => {
      if (hasRoom(most)) return;
      collectGarbage();
      if (hasRoom(most)) return;
      throw new HarnessError("history-too-large", `${path} is too large to be judged: ${this.#memoryWords}`, {
        hint: "--max-memory gives more",
      });
    };
    // No history is too large for the sake of a thread that only saves time.
    const affordsAhead = this.#threads > 1 && most - start > bytes + READ_AHEAD_BYTES;
    return await read({ guard, ahead: affordsAhead ? READ_AHEAD : undefined });
  }

  /** @throws HarnessError */
  async judge(history: History, request: Omit<JudgeRequest, "timeout">): Promise<VerdictDocument> {
    const began = performance.now();
    this.#dropReading();
    const { models, expectations, insufficient = [], acceptableDelay } = request;
    const expected = expectedOf(history, expectations);
    const bounds = boundsOf(expected.expectations);
    const checkers = history.length > SMALL_OPERATIONS ? {} : { checkers: await loadCheckers(bounds) };
    const [outcomes, { mergeOutcomes }, { triaged }] = await Promise.all([
      runInWorkers(partsOf(history), this.#pool, {
        memoryWords: this.#memoryWords,
        ...(models === undefined ? {} : { models }),
        bounds,
        ...checkers,
        ...(this.#timeout === undefined ? {} : { timeout: this.#timeout / MILLISECOND }),
      }),
      // Needed when the workers are done: they need not wait for it.
      import("../judge/judge.ts"),
      import("../judge/triage/triage.ts"),
    ]);
    const verdict = mergeOutcomes(history, outcomes, {
      expectations: expected.expectations,
      insufficient: [...insufficient, ...expected.unjudged],
      elapsedMs: () => performance.now() - began,
    });
    return triaged(history, verdict, acceptableDelay);
  }

  /** What reading left behind must not count as the checkers'. */
  #dropReading(): void {
    if (residentBytes() > highWater(this.#pool.maxMemory) / 2) collectGarbage();
  }

  #workersFor(bytes: number): number {
    if (bytes > ALL_WORKERS_BYTES) return this.#pool.size;
    return bytes > ONE_WORKER_BYTES ? 1 : 0;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#pool[Symbol.asyncDispose]();
  }
}

function hasRoom(most: number): boolean {
  const { used_heap_size: used, heap_size_limit: limit } = getHeapStatistics();
  return residentBytes() < most && used < limit * HEAP_SHARE;
}
