import { NEVER } from "#core/history";
import type { Problem } from "./problem.ts";

/**
 * The invocations and returns of the entries not yet put in order, as a list in order of time. Nodes 0 … n-1 are invocations,
 * n … 2n-1 returns; entries that need not take effect have no return. Source: Wing and Gong 1993; Lowe 2017, §3.
 */
export class EntryList {
  readonly #count: number;
  readonly #head: number;
  readonly #next: Int32Array;
  readonly #before: Int32Array;

  constructor({ length, inv, ret }: Problem<unknown, unknown>) {
    this.#count = length;
    this.#head = 2 * length;
    this.#next = new Int32Array(2 * length + 1);
    this.#before = new Int32Array(2 * length + 1);
    const scale = 2 * length + 1;
    const keys: number[] = [];
    for (let entry = 0; entry < length; entry++) {
      keys.push(inv[entry]! * scale + entry);
      if (ret[entry] !== NEVER) keys.push(ret[entry]! * scale + length + entry);
    }
    let last = this.#head;
    for (const key of Float64Array.from(keys).sort()) {
      const node = key % scale;
      this.#join(last, node);
      last = node;
    }
    this.#join(last, this.#head);
  }

  /** The first node; it counts as a return where the list is empty. */
  get first(): number {
    return this.#next[this.#head]!;
  }

  isInvocation(node: number): boolean {
    return node < this.#count;
  }

  after(node: number): number {
    return this.#next[node]!;
  }

  /** Takes an entry out; `after` still tells what follows it. */
  lift(entry: number, hasReturn: boolean): void {
    if (hasReturn) this.#unlink(entry + this.#count);
    this.#unlink(entry);
  }

  /** Undoes the latest `lift`. */
  unlift(entry: number, hasReturn: boolean): void {
    this.#relink(entry);
    if (hasReturn) this.#relink(entry + this.#count);
  }

  #join(one: number, other: number): void {
    this.#next[one] = other;
    this.#before[other] = one;
  }

  #unlink(node: number): void {
    this.#join(this.#before[node]!, this.#next[node]!);
  }

  #relink(node: number): void {
    this.#next[this.#before[node]!] = node;
    this.#before[this.#next[node]!] = node;
  }
}
