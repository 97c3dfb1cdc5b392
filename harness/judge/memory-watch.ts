import type { CheckerWorker } from "./checker-worker.ts";
import { highWater, residentBytes } from "./memory.ts";

/** A checker that makes an array of doubles fills about a gigabyte per second. */
const POLL_MS = 10;
/** A worker that was told has so long to collect its garbage or to end by itself. */
const PATIENCE_MS = 500;
/** Of the memory allowed; above it nobody is told first. */
const URGENT = 0.85;
/** The runtime keeps what an ended worker took, for the next one: beyond that, so much more of the memory allowed is growth. */
const GROWTH = 0.02;
/** Of the memory allowed; above it nothing is taken for kept. */
const KEPT_MAX = 0.92;

/** Watches the memory of the process while checkers run: the worker that `victim` names is told, then ended. */
export class MemoryWatch implements Disposable {
  readonly #maxMemory: number;
  readonly #victim: () => CheckerWorker | undefined;
  readonly #timer: NodeJS.Timeout;
  /** Since when the victim knows. */
  #told: { readonly worker: CheckerWorker; readonly at: number } | undefined;
  #ending: Promise<void> | undefined;
  /** Bytes resident since a worker was ended for want of memory, at their least: nobody who runs now took them. */
  #kept = 0;

  constructor(maxMemory: number, victim: () => CheckerWorker | undefined) {
    this.#maxMemory = maxMemory;
    this.#victim = victim;
    this.#timer = setInterval(() => this.#look(), POLL_MS);
    this.#timer.unref();
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    const resident = residentBytes();
    this.#kept = Math.min(this.#kept, resident);
    const grown = Math.min(this.#kept, this.#maxMemory * KEPT_MAX) + this.#maxMemory * GROWTH;
    const isShort = resident >= Math.max(highWater(this.#maxMemory), grown);
    if (!isShort) this.#told = undefined;
    if (!isShort || this.#ending !== undefined) return;
    const worker = this.#victim();
    if (worker === undefined) return;
    if (resident > Math.max(this.#maxMemory * URGENT, grown) || this.#isOutOfPatience(worker)) {
      this.#ending = worker.end("memory").finally(() => {
        this.#ending = undefined;
        this.#kept = residentBytes();
      });
    } else if (this.#told?.worker !== worker) {
      this.#told = { worker, at: performance.now() };
      worker.signalMemory();
    }
  }

  #isOutOfPatience(worker: CheckerWorker): boolean {
    return this.#told?.worker === worker && performance.now() - this.#told.at > PATIENCE_MS;
  }
}
