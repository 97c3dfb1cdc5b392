import { type Budget, BudgetExceeded } from "#core/budget";
import type { Limit } from "./messages.ts";

export interface BudgetSources {
  /** Milliseconds on any clock. */
  now(): number;
  /** Resident bytes of the process. */
  resident(): number;
  /** Whether the main thread said that memory is short since this was last asked. */
  isMemoryShort(): boolean;
  /** Gives back what is not used any more. */
  collectGarbage(): void;
}

export interface BudgetLimits {
  /** On the clock of the sources. */
  readonly end: number;
  /** Resident bytes that must not be passed. */
  readonly most: number;
  readonly words: Readonly<Record<Limit, string>>;
}

/** Smaller arrays than this are not worth a look at the process's memory. */
const WORTH_A_LOOK = 1 << 20;

/** A budget of time and memory. It looks at the clock and at the signal every 64 ticks; once used up it stays used up. */
export class WorkerBudget implements Budget {
  usedUp: Limit | undefined;
  readonly #sources: BudgetSources;
  readonly #limits: BudgetLimits;
  #ticks = 0;

  constructor(sources: BudgetSources, limits: BudgetLimits) {
    this.#sources = sources;
    this.#limits = limits;
  }

  tick(): void {
    if ((++this.#ticks & 63) === 0 || this.usedUp !== undefined) this.#look();
  }

  reserve(bytes: number): void {
    if (bytes >= WORTH_A_LOOK) this.#lookForRoom(bytes);
  }

  #look(): void {
    if (this.usedUp !== undefined) this.#end(this.usedUp);
    if (this.#sources.now() > this.#limits.end) this.#end("time");
    if (this.#sources.isMemoryShort()) this.#lookForRoom(0);
  }

  #lookForRoom(bytes: number): void {
    if (this.#hasRoom(bytes)) return;
    this.#sources.collectGarbage();
    if (!this.#hasRoom(bytes)) this.#end("memory");
  }

  #hasRoom(bytes: number): boolean {
    return this.#sources.resident() + bytes <= this.#limits.most;
  }

  #end(limit: Limit): never {
    this.usedUp = limit;
    throw new BudgetExceeded(this.#limits.words[limit]);
  }
}
