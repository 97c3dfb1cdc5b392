import { Script } from "node:vm";

const NAME = "riftcheck.attempt";
/** A watchdog's thread ends what the script calls; the function itself may live anywhere. */
const script = new Script(`globalThis[Symbol.for("${NAME}")]()`);

/**
 * Runs `work` on this thread, and ends it after so many milliseconds whatever it does.
 * @returns whether it came to its end
 */
export function attempt(work: () => void, milliseconds: number): boolean {
  const place = globalThis as unknown as Record<symbol, (() => void) | undefined>;
  place[Symbol.for(NAME)] = work;
  try {
    script.runInThisContext({ timeout: Math.max(1, Math.ceil(milliseconds)) });
    return true;
  } catch (error) {
    if ((error as { code?: unknown }).code === "ERR_SCRIPT_EXECUTION_TIMEOUT") return false;
    throw error;
  } finally {
    place[Symbol.for(NAME)] = undefined;
  }
}
