import { CheckerWorker, type WorkerOptions } from "./checker-worker.ts";
import { collectGarbage, highWater, residentBytes, WORKER_BYTES } from "./memory.ts";

export interface PoolOptions extends WorkerOptions {
  /** Most workers at once; fewer where the memory is scarce. */
  readonly workers: number;
}

/** Workers that judge histories: made when first needed, kept between histories, replaced when one was ended. */
export class CheckerPool implements AsyncDisposable {
  readonly size: number;
  readonly maxMemory: number;
  /** As many as were asked for, whether there is memory for them or not. */
  readonly threads: number;
  readonly #options: PoolOptions;
  readonly #busy = new Set<CheckerWorker>();
  #idle: CheckerWorker[] = [];
  #loadedBytes = 0;

  constructor(options: PoolOptions) {
    this.#options = options;
    const fitting = Math.floor(highWater(options.maxMemory) / 2 / WORKER_BYTES);
    this.size = Math.max(1, Math.min(options.workers, fitting));
    this.maxMemory = options.maxMemory;
    this.threads = options.workers;
  }

  /** Starts so many workers, which then load while a history is read. */
  warm(count: number): void {
    const missing = Math.min(count, this.size) - this.count;
    if (missing <= 0) return;
    this.#loadedBytes = residentBytes() + missing * WORKER_BYTES;
    for (let i = 0; i < missing; i++) this.#idle.push(new CheckerWorker(this.#options));
  }

  /** Resident bytes once the workers that were started last have loaded; 0: they have been at work since. */
  get loadedBytes(): number {
    return this.#loadedBytes;
  }

  get count(): number {
    this.#idle = this.#idle.filter(({ isAlive }) => isAlive);
    return this.#idle.length + this.#busy.size;
  }

  /** A worker for oneself until it is given back; undefined if all are at work. */
  take(): CheckerWorker | undefined {
    this.warm(this.#busy.size + 1);
    this.#loadedBytes = 0;
    const worker = this.#idle.shift();
    if (worker !== undefined) this.#busy.add(worker);
    return worker;
  }

  /** This worker and no other; undefined if it is gone or at work. */
  takeThis(wanted: CheckerWorker): CheckerWorker | undefined {
    const at = wanted.isAlive ? this.#idle.indexOf(wanted) : -1;
    if (at < 0) return undefined;
    this.#idle.splice(at, 1);
    this.#busy.add(wanted);
    return wanted;
  }

  giveBack(worker: CheckerWorker): void {
    this.#busy.delete(worker);
    if (worker.isAlive) this.#idle.push(worker);
  }

  /** Ends the workers that have nothing to do: what they kept is given back. */
  async endIdle(): Promise<void> {
    this.#loadedBytes = 0;
    await Promise.all(this.#idle.splice(0).map((worker) => worker.end("memory")));
  }

  /** Before a history is read: what earlier ones left must not count against it. */
  async makeRoom(): Promise<void> {
    if (residentBytes() < highWater(this.maxMemory) / 2) return;
    await this.endIdle();
    collectGarbage();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const workers = [...this.#busy, ...this.#idle.splice(0)];
    await Promise.all(workers.map((worker) => worker.end("memory")));
  }
}
