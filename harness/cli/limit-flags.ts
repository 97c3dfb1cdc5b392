import { LEAST_MEMORY } from "../judge/memory.ts";
import type { JudgingLimits } from "./judging-pool.ts";
import { bytesFlag, durationFlag, integerFlag } from "./values.ts";

/** As commander parsed them. */
export interface LimitFlags {
  readonly timeout?: string;
  readonly maxMemory?: string;
  readonly workers?: string;
}

/** @throws HarnessError `usage` */
export const limitsOf = ({ timeout, maxMemory, workers }: LimitFlags): JudgingLimits => ({
  timeout: timeout === undefined ? undefined : durationFlag("--timeout", timeout),
  maxMemory: maxMemory === undefined ? undefined : bytesFlag("--max-memory", maxMemory, LEAST_MEMORY),
  workers: workers === undefined ? undefined : integerFlag("--workers", workers, 1),
});
