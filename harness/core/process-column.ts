import { NONE } from "./history.ts";

/** Processes below this are an index into an array; ids grow by `concurrency` with every indefinite write. */
const DENSE_PROCESSES = 1 << 20;

/** One number per process, NONE until set. */
export class ProcessColumn {
  #dense = new Int32Array(64).fill(NONE);
  readonly #sparse = new Map<number, number>();

  get(process: number): number {
    if (process < this.#dense.length) return this.#dense[process]!;
    return process < DENSE_PROCESSES ? NONE : (this.#sparse.get(process) ?? NONE);
  }

  set(process: number, value: number): void {
    if (process >= DENSE_PROCESSES) {
      this.#sparse.set(process, value);
      return;
    }
    if (process >= this.#dense.length) {
      const longer = new Int32Array(2 ** Math.ceil(Math.log2(process + 1))).fill(NONE);
      longer.set(this.#dense);
      this.#dense = longer;
    }
    this.#dense[process] = value;
  }
}
