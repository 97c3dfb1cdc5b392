import { type Distribution, drawFrom } from "#core/distribution";
import type { Random } from "#core/random";
import type { SimRuntime } from "./runtime.ts";

/**
 * Decides when a machine does what reaches it: at once; not while it is paused; one after the other, each taking its time,
 * while it is slow. What waits keeps its order.
 */
export class Processor {
  /** Things done slowly since `slow`. */
  slowed = 0;
  readonly #runtime: SimRuntime;
  readonly #random: Random;
  readonly #perform: (action: () => void) => void;
  #waiting: (() => void)[] = [];
  /** Grows when a process dies. */
  #generation = 0;
  #paused = false;
  #pace: Distribution | undefined;
  #cancelWork: (() => void) | undefined;

  /** @param perform does one thing */
  constructor(runtime: SimRuntime, random: Random, perform: (action: () => void) => void) {
    this.#runtime = runtime;
    this.#random = random;
    this.#perform = perform;
  }

  get paused(): boolean {
    return this.#paused;
  }

  submit(action: () => void): void {
    if (!this.#paused && this.#pace === undefined) {
      this.#perform(action);
      return;
    }
    this.#waiting.push(action);
    this.#work();
  }

  pause(): void {
    this.#paused = true;
    this.#stopWork();
  }

  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#goOn();
  }

  slow(pace: Distribution): void {
    this.#pace = pace;
    this.slowed = 0;
    this.#work();
  }

  restore(): void {
    if (this.#pace === undefined) return;
    this.#pace = undefined;
    this.#stopWork();
    this.#goOn();
  }

  /** The process died: nothing waits any more, and the next one is not paused. As slow as before. */
  clear(): void {
    this.#generation++;
    this.#waiting = [];
    this.#paused = false;
    this.#stopWork();
  }

  /** After it stood still, or was slow. */
  #goOn(): void {
    if (this.#paused) return;
    if (this.#pace !== undefined) {
      this.#work();
      return;
    }
    const waiting = this.#waiting;
    this.#waiting = [];
    const generation = this.#generation;
    for (const action of waiting) {
      this.#runtime.schedule(0, () => {
        if (generation === this.#generation) this.submit(action);
      });
    }
  }

  #work(): void {
    if (this.#pace === undefined || this.#paused || this.#cancelWork !== undefined) return;
    if (this.#waiting.length === 0) return;
    const event = this.#runtime.schedule(drawFrom(this.#pace, this.#random), () => {
      this.#cancelWork = undefined;
      const action = this.#waiting.shift();
      if (action === undefined) return;
      this.slowed++;
      this.#perform(action);
      this.#work();
    });
    this.#cancelWork = () => this.#runtime.cancel(event);
  }

  #stopWork(): void {
    this.#cancelWork?.();
    this.#cancelWork = undefined;
  }
}
