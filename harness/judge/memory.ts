import { availableMemory, memoryUsage } from "node:process";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

export const MEGABYTE = 2 ** 20;

/** Without `--max-memory`: this share of what the machine or the container has free. */
const DEFAULT_SHARE = 0.75;
/** Less is not enough for the runtime itself and a worker. */
export const LEAST_MEMORY = 192 * MEGABYTE;

/** Bytes. */
export const defaultMaxMemory = (): number => Math.max(LEAST_MEMORY, availableMemory() * DEFAULT_SHARE);

/** What a worker takes before it judges anything, with room for a little to judge. */
export const WORKER_BYTES = 48 * MEGABYTE;

/** Resident bytes of the process with all its threads. */
export const residentBytes = (): number => memoryUsage.rss();

/**
 * Resident bytes at which something has to end: arrays grow by half or double in one step that nothing interrupts, so there
 * must be room above.
 */
export const highWater = (maxMemory: number): number => maxMemory * 0.75;

let collect: (() => void) | undefined;

/** Gives back what this thread does not use any more. */
export function collectGarbage(): void {
  if (collect === undefined) {
    setFlagsFromString("--expose-gc");
    collect = runInNewContext("gc") as () => void;
  }
  collect();
}
