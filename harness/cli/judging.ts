import { getHeapStatistics } from "node:v8";
import type { Checker } from "#core/checker";
import { HarnessError } from "#core/errors";
import type { History } from "#core/history";
import type { VerdictDocument } from "#core/run";
import type { StalenessBound } from "#core/verdict";
import { formatBytes, MILLISECOND, type Nanoseconds } from "#core/units";
import { READ_AHEAD } from "../history/ahead/read-ahead.ts";
import type { ReadOptions } from "../history/read-history.ts";
import type { CheckerPool } from "../judge/checker-pool.ts";
import { wallClock } from "../judge/conclusion.ts";
import { collectGarbage, highWater, MEGABYTE, residentBytes } from "../judge/memory.ts";
import { judgeInWorkers } from "../judge/run-in-workers.ts";
import type { JudgeRequest } from "./judge-history.ts";
import { type JudgingLimits, poolFor, sizeOf, warmFor } from "./judging-pool.ts";
import { boundsOf, expectedOf } from "./strongest-expectation.ts";

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

/** Judges histories one after the other, in workers that it keeps between them. */
export class Judging implements AsyncDisposable {
  readonly #pool: CheckerPool;
  readonly #timeout: Nanoseconds | undefined;
  readonly #memoryWords: string;

  /** `pool`: made for the same limits. */
  constructor(limits: JudgingLimits = {}, pool: CheckerPool = poolFor(limits)) {
    this.#timeout = limits.timeout;
    this.#pool = pool;
    const size = formatBytes(pool.maxMemory);
    this.#memoryWords =
      limits.maxMemory === undefined
        ? `${size} of memory, as no --max-memory was given`
        : `--max-memory ${size}`;
  }

  /** Reads a history within the memory allowed. @throws HarnessError `history-too-large`, and what `read` throws */
  async read(path: string, read: (how: ReadingLimits) => Promise<History>): Promise<History> {
    await this.#pool.makeRoom();
    const bytes = sizeOf(path);
    warmFor(this.#pool, bytes);
    const start = Math.max(residentBytes(), this.#pool.loadedBytes);
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
    const affordsAhead = this.#pool.threads > 1 && most - start > bytes + READ_AHEAD_BYTES;
    return await read({ guard, ahead: affordsAhead ? READ_AHEAD : undefined });
  }

  /** @throws HarnessError */
  async judge(history: History, request: Omit<JudgeRequest, "timeout">): Promise<VerdictDocument> {
    const began = wallClock();
    this.#dropReading();
    const { models, expectations, insufficient = [], acceptableDelay } = request;
    const expected = expectedOf(history, expectations);
    const bounds = boundsOf(expected.expectations);
    const checkers = history.length > SMALL_OPERATIONS ? {} : { checkers: await loadCheckers(bounds) };
    return await judgeInWorkers(history, this.#pool, {
      memoryWords: this.#memoryWords,
      ...(models === undefined ? {} : { models }),
      bounds,
      ...checkers,
      ...(this.#timeout === undefined ? {} : { timeout: this.#timeout / MILLISECOND }),
      conclusion: {
        expectations: expected.expectations,
        insufficient: [...insufficient, ...expected.unjudged],
        asked: models,
        acceptableDelay,
        began,
      },
    });
  }

  /** What reading left behind must not count as the checkers'. */
  #dropReading(): void {
    if (residentBytes() > highWater(this.#pool.maxMemory) / 2) collectGarbage();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#pool[Symbol.asyncDispose]();
  }
}

function hasRoom(most: number): boolean {
  const { used_heap_size: used, heap_size_limit: limit } = getHeapStatistics();
  return residentBytes() < most && used < limit * HEAP_SHARE;
}
