import { NEVER } from "#core/history";
import { byRank } from "../by-rank.ts";
import { rowsWhere } from "../groups.ts";
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
    // Entries come in order of invocation. No rank is that of an invocation and of a return.
    const returning = rowsWhere(length, (entry) => ret[entry] !== NEVER);
    const byReturn = byRank(returning.map((entry) => ret[entry]!));
    let last = this.#head;
    let entry = 0;
    for (const position of byReturn) {
      const returned = returning[position]!;
      for (; entry < length && inv[entry]! < ret[returned]!; entry++) last = this.#joined(last, entry);
      last = this.#joined(last, length + returned);
    }
    for (; entry < length; entry++) last = this.#joined(last, entry);
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

  /** @returns the other */
  #joined(one: number, other: number): number {
    this.#join(one, other);
    return other;
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
