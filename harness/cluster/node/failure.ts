import { messageOf } from "#core/errors";
import type { Json } from "#core/json";
import { shown } from "../sim/freeze.ts";
import type { StoreFailure } from "../store-failure.ts";

/** Exit code of a node's process whose store threw: nothing else ends a process with it. */
export const STORE_FAILED_EXIT = 70;
/** The last line of such a process's log begins with this. */
const MARK = "riftcheck: the store failed: ";

/** What tells the control process, as a line of the log. */
export const failureLine = (failure: StoreFailure): string => `${MARK}${JSON.stringify(failure)}`;

/** The last failure that a log tells of, and the log without the lines made for us. */
export function failureIn(log: string): { readonly failure: StoreFailure; readonly log: string } | undefined {
  const lines = log.split("\n");
  const line = lines.findLast((one) => one.includes(MARK));
  if (line === undefined) return undefined;
  const failure = JSON.parse(line.slice(line.indexOf(MARK) + MARK.length)) as StoreFailure;
  return {
    failure,
    log: lines
      .filter((one) => !one.includes(MARK))
      .join("\n")
      .trimEnd(),
  };
}

/**
 * Runs what a store does for one callback at a time, and remembers what it was about: if it throws, or anything else in the
 * process does, `fail` is told, once.
 */
export class Callbacks {
  readonly #fail: (failure: StoreFailure, error: unknown) => void;
  #doing = "while it was made";
  #handled: Json | undefined;
  #failed = false;

  constructor(fail: (failure: StoreFailure, error: unknown) => void) {
    this.#fail = fail;
  }

  /** Nothing runs any more after a failure. */
  run(doing: string, handled: Json | undefined, action: () => void): void {
    if (this.#failed) return;
    this.#doing = doing;
    this.#handled = handled;
    try {
      action();
    } catch (error) {
      this.failed(error);
    }
  }

  failed(error: unknown): void {
    if (this.#failed) return;
    this.#failed = true;
    const handled = this.#handled === undefined ? {} : { handled: shown(this.#handled) };
    this.#fail({ message: messageOf(error), doing: this.#doing, ...handled }, error);
  }
}
