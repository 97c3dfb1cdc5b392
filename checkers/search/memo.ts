import type { Budget } from "#core/budget";
import { grown } from "#core/value-table";

/**
 * The situations a search has been in: sequences of integers, compared exactly (the hash only finds candidates), stored one
 * after the other as hash, length, integers.
 */
export class Memo {
  readonly #budget: Budget;
  #arena = new Int32Array(1 << 8);
  #used = 0;
  #count = 0;
  /** Position + 1 in the arena by slot; 0 is empty. At most half full. */
  #slots = new Int32Array(1 << 6);

  constructor(budget: Budget) {
    this.#budget = budget;
  }

  /** Room taken, in numbers of four bytes. */
  get size(): number {
    return this.#used + this.#slots.length;
  }

  /** @returns false if it was there already @throws BudgetExceeded */
  add(hash: number, sequence: readonly number[], length: number): boolean {
    const mask = this.#slots.length - 1;
    let slot = hash & mask;
    for (let at = this.#slots[slot]!; at !== 0; at = this.#slots[slot]!) {
      if (this.#isAt(at - 1, hash, sequence, length)) return false;
      slot = (slot + 1) & mask;
    }
    this.#slots[slot] = this.#used + 1;
    this.#append(hash, sequence, length);
    if (++this.#count * 2 > this.#slots.length) this.#growSlots();
    return true;
  }

  #isAt(at: number, hash: number, sequence: readonly number[], length: number): boolean {
    if (this.#arena[at] !== hash || this.#arena[at + 1] !== length) return false;
    for (let i = 0; i < length; i++) {
      if (this.#arena[at + 2 + i] !== sequence[i]) return false;
    }
    return true;
  }

  #append(hash: number, sequence: readonly number[], length: number): void {
    const end = this.#used + 2 + length;
    if (end > this.#arena.length) {
      const size = Math.max(end, this.#arena.length * 2);
      this.#budget.reserve(size * Int32Array.BYTES_PER_ELEMENT);
      this.#arena = grown(this.#arena, new Int32Array(size));
    }
    this.#arena[this.#used] = hash;
    this.#arena[this.#used + 1] = length;
    for (let i = 0; i < length; i++) this.#arena[this.#used + 2 + i] = sequence[i]!;
    this.#used = end;
  }

  #growSlots(): void {
    const size = this.#slots.length * 4;
    this.#budget.reserve(size * Int32Array.BYTES_PER_ELEMENT);
    const slots = new Int32Array(size);
    const mask = slots.length - 1;
    for (let at = 0; at < this.#used; at += 2 + this.#arena[at + 1]!) {
      let slot = this.#arena[at]! & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = at + 1;
    }
    this.#slots = slots;
  }
}
