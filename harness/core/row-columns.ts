import { ABSENT, NEVER, NONE, STATUS, UNENDED } from "./history.ts";
import type { Json } from "./json.ts";
import type { Columns } from "./columns.ts";
import { type Column, columnOf, compacted, trimmed } from "./shared-columns.ts";
import { grown } from "./value-table.ts";

/** Growing columns of operations. Columns that few histories need are made when first used. */
export class RowColumns {
  length = 0;
  f: Uint8Array;
  status: Uint8Array;
  flags: Uint8Array;
  process: Int32Array;
  session: Int32Array;
  node: Int32Array;
  key: Int32Array;
  value: Int32Array;
  error: Int16Array;
  invRank: Int32Array;
  retRank: Int32Array;
  invTime: Float64Array;
  retTime: Float64Array;
  #list: Int32Array | undefined;
  #expected: Int32Array | undefined;
  #observed: Int32Array | undefined;
  #level: Int32Array | undefined;
  #version: Float64Array | undefined;
  /** Versions that are no numbers, by event index of the completion. */
  readonly versions = new Map<number, Json>();
  #lists = 0;
  #listStart = new Int32Array(16);
  #elements = new Int32Array(256);
  #elementCount = 0;

  constructor(capacity: number) {
    const size = Math.max(16, capacity);
    this.f = columnOf(Uint8Array, size);
    this.status = columnOf(Uint8Array, size);
    this.flags = columnOf(Uint8Array, size);
    this.process = columnOf(Int32Array, size);
    this.session = columnOf(Int32Array, size);
    this.node = columnOf(Int32Array, size);
    this.key = columnOf(Int32Array, size);
    this.value = columnOf(Int32Array, size);
    this.error = columnOf(Int16Array, size);
    this.invRank = columnOf(Int32Array, size);
    this.retRank = columnOf(Int32Array, size);
    this.invTime = columnOf(Float64Array, size);
    this.retTime = columnOf(Float64Array, size);
  }

  /** A new row: an operation that has not completed. */
  append(): number {
    const row = this.length++;
    if (row === this.f.length) this.#grow(row * 2);
    this.status[row] = STATUS.info;
    this.value[row] = NONE;
    this.error[row] = NONE;
    this.retRank[row] = NEVER;
    this.retTime[row] = UNENDED;
    return row;
  }

  setLevel(row: number, level: number): void {
    this.#level ??= columnOf(Int32Array, this.f.length).fill(NONE);
    this.#level[row] = level;
  }

  setExpected(row: number, value: number): void {
    this.#expected ??= columnOf(Int32Array, this.f.length).fill(ABSENT);
    this.#expected[row] = value;
  }

  setObserved(row: number, value: number): void {
    this.#observed ??= columnOf(Int32Array, this.f.length).fill(ABSENT);
    this.#observed[row] = value;
  }

  setVersion(row: number, version: number): void {
    this.#version ??= columnOf(Float64Array, this.f.length).fill(Number.NaN);
    this.#version[row] = version;
  }

  get hasLists(): boolean {
    return this.#list !== undefined;
  }

  /** The list of `row` begins; `pushElement` adds to it. */
  beginList(row: number): void {
    this.#list ??= columnOf(Int32Array, this.f.length).fill(NONE);
    this.#list[row] = this.#lists++;
    if (this.#lists + 1 > this.#listStart.length) {
      this.#listStart = grown(this.#listStart, new Int32Array(this.#listStart.length * 2));
    }
    this.#listStart[this.#lists] = this.#elementCount;
  }

  pushElement(value: number): void {
    if (this.#elementCount === this.#elements.length) {
      this.#elements = grown(this.#elements, new Int32Array(this.#elementCount * 2));
    }
    this.#elements[this.#elementCount++] = value;
    this.#listStart[this.#lists] = this.#elementCount;
  }

  listOf(row: number): Int32Array {
    const list = this.#list?.[row] ?? NONE;
    return list === NONE
      ? this.#elements.subarray(0, 0)
      : this.#elements.subarray(this.#listStart[list], this.#listStart[list + 1]);
  }

  dropList(row: number): void {
    if (this.#list !== undefined) this.#list[row] = NONE;
  }

  listStart(): Int32Array {
    return trimmed(this.#listStart, this.#lists + 1);
  }

  elements(): Int32Array {
    return trimmed(this.#elements, this.#elementCount);
  }

  columns(): Columns {
    return {
      f: this.#trimmed(this.f),
      status: this.#trimmed(this.status),
      flags: this.#trimmed(this.flags),
      process: this.#trimmed(this.process),
      session: this.#trimmed(this.session),
      node: this.#trimmed(this.node),
      key: this.#trimmed(this.key),
      value: this.#trimmed(this.value),
      error: this.#trimmed(this.error),
      invRank: this.#trimmed(this.invRank),
      retRank: this.#trimmed(this.retRank),
      invTime: this.#trimmed(this.invTime),
      retTime: this.#trimmed(this.retTime),
      list: this.#list && compacted(this.#list, this.length),
      expected: this.#expected && compacted(this.#expected, this.length),
      observed: this.#observed && compacted(this.#observed, this.length),
      level: this.#level && compacted(this.#level, this.length),
      version: this.#version && compacted(this.#version, this.length),
    };
  }

  #trimmed<T extends Column>(column: T): T {
    return trimmed(column, this.length);
  }

  #grow(size: number): void {
    this.f = grown(this.f, columnOf(Uint8Array, size));
    this.status = grown(this.status, columnOf(Uint8Array, size));
    this.flags = grown(this.flags, columnOf(Uint8Array, size));
    this.process = grown(this.process, columnOf(Int32Array, size));
    this.session = grown(this.session, columnOf(Int32Array, size));
    this.node = grown(this.node, columnOf(Int32Array, size));
    this.key = grown(this.key, columnOf(Int32Array, size));
    this.value = grown(this.value, columnOf(Int32Array, size));
    this.error = grown(this.error, columnOf(Int16Array, size));
    this.invRank = grown(this.invRank, columnOf(Int32Array, size));
    this.retRank = grown(this.retRank, columnOf(Int32Array, size));
    this.invTime = grown(this.invTime, columnOf(Float64Array, size));
    this.retTime = grown(this.retTime, columnOf(Float64Array, size));
    this.#list &&= grown(this.#list, columnOf(Int32Array, size).fill(NONE));
    this.#expected &&= grown(this.#expected, columnOf(Int32Array, size).fill(ABSENT));
    this.#observed &&= grown(this.#observed, columnOf(Int32Array, size).fill(ABSENT));
    this.#level &&= grown(this.#level, columnOf(Int32Array, size).fill(NONE));
    this.#version &&= grown(this.#version, columnOf(Float64Array, size).fill(Number.NaN));
  }
}
