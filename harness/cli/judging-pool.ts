import { statSync } from "node:fs";
import { availableParallelism } from "node:os";
import type { Nanoseconds } from "#core/units";
import { CheckerPool } from "../judge/checker-pool.ts";
import { defaultMaxMemory } from "../judge/memory.ts";

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

/** Sizes of files that are likely to need a worker, or all of them: those start while the file is read. */
const ONE_WORKER_BYTES = 1_000_000;
const ALL_WORKERS_BYTES = 10_000_000;

/** The workers that judge histories within these limits; none has started yet. */
export const poolFor = ({ maxMemory, workers }: JudgingLimits): CheckerPool =>
  new CheckerPool({
    registry: REGISTRY,
    maxMemory: maxMemory ?? defaultMaxMemory(),
    workers: workers ?? availableParallelism(),
  });

/** Starts the workers that a file of so many bytes is likely to need. */
export function warmFor(pool: CheckerPool, bytes: number): void {
  pool.warm(bytes > ALL_WORKERS_BYTES ? pool.size : bytes > ONE_WORKER_BYTES ? 1 : 0);
}

/** Bytes; 0 of what cannot be looked at, which whoever reads it will tell. */
export function sizeOf(path: string): number {
  try {
    return statSync(path).size;
  } catch {
    return 0;
  }
}
