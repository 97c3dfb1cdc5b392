import { formatDuration, MILLISECOND } from "#core/units";
import { type CheckerFacts, isHeavy } from "./agenda.ts";

/**
 * A search without `--timeout` gets a minute and so much for each operation: enough for whatever ends at all in practice, and
 * a pipeline does not hang on what does not.
 */
const DEFAULT_MS = 60_000;
const DEFAULT_MS_PER_OPERATION = 0.02;

/** Of the timeout, for proving witnesses and for the worker to end by itself before it is ended. */
const GRACE_SHARE = 0.05;
const LEAST_GRACE_MS = 20;
const MOST_GRACE_MS = 1_000;

/** Milliseconds from now: until the checker should stop, until its witnesses are proved, until its worker is ended. */
export interface Slice {
  readonly check: number;
  readonly proof: number;
  readonly kill: number;
}

/** How the time for one history is shared out. It begins when it is made. */
export class TimePlan implements Disposable {
  readonly #timeout: number | undefined;
  readonly #default: number;
  readonly #grace: number;
  readonly #began = performance.now();
  #timer: NodeJS.Timeout | undefined;

  /** `timeout`: milliseconds. */
  constructor(timeout: number | undefined, operations: number) {
    this.#timeout = timeout;
    this.#default = DEFAULT_MS + operations * DEFAULT_MS_PER_OPERATION;
    const share = timeout === undefined ? MOST_GRACE_MS : timeout * GRACE_SHARE;
    this.#grace = Math.min(MOST_GRACE_MS, Math.max(LEAST_GRACE_MS, share));
  }

  get elapsed(): number {
    return performance.now() - this.#began;
  }

  /** A checker gets all that is left; a heavy one half of it where others wait, so that they are judged too. */
  sliceOf(checker: CheckerFacts, othersWait: boolean): Slice {
    const kill = this.#share(checker, othersWait);
    return { check: kill - this.#grace, proof: kill - this.#grace / 2, kill };
  }

  #share(checker: CheckerFacts, othersWait: boolean): number {
    if (this.#timeout === undefined)
      return checker.searches === true ? this.#default + this.#grace : Number.POSITIVE_INFINITY;
    const left = this.#timeout - this.elapsed;
    return isHeavy(checker) && othersWait ? left / 2 : left;
  }

  /** How the limit is called. */
  words(): string {
    return this.#timeout === undefined
      ? `${formatDuration(this.#default * MILLISECOND)} for a search, as no --timeout was given`
      : `--timeout ${formatDuration(this.#timeout * MILLISECOND)}`;
  }

  /** A promise of the moment `at` milliseconds after the beginning; none if that has passed. */
  when(at: number): Promise<void>[] {
    const left = at - this.elapsed;
    if (left <= 0) return [];
    clearTimeout(this.#timer);
    return [new Promise((resolve) => (this.#timer = setTimeout(resolve, left)))];
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
  }
}
