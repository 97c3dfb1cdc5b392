import { DenseIds } from "./dense-ids.ts";
import { NONE } from "./history.ts";
import type { Json } from "./json.ts";
import { columnOf, trimmed } from "./shared-columns.ts";
import type { ValueParts } from "./columns.ts";

const NUMBER = 0;
const OTHER = 1;

/**
 * Interns (key, value) pairs to dense ids: equal values of one key share an id, values of different keys never do, and
 * 1 and "1" differ. Numbers live in typed arrays behind arrays of small integers and an open-addressing hash; everything
 * else is interned once per distinct value.
 */
export class ValueTable {
  #count = 0;
  #keys = new Int32Array(1024);
  #kinds = new Uint8Array(1024);
  /** The number itself, or an index into `#others`. */
  #numbers = new Float64Array(1024);
  /** Value id + 1 by hash slot; 0 is empty. At most half full. */
  #slots = new Int32Array(4096);
  #hashed = 0;
  #dense = new DenseIds();
  /** By key id: how many values it has. */
  #ofKey = new Int32Array(16);
  readonly #others: Json[] = [];
  readonly #strings = new Map<string, number>();
  readonly #structures = new Map<string, number>();

  get count(): number {
    return this.#count;
  }

  internNumber(key: number, value: number): number {
    if (!this.#dense.fits(key, value, this.#ofKey[key] ?? 0)) {
      return this.#intern(key, NUMBER, value === 0 ? 0 : value);
    }
    const known = this.#dense.get(key, value);
    if (known !== NONE) return known;
    // It may have come when it was no neighbour of others yet.
    const hashed = this.#hashed === 0 ? NONE : this.#slots[this.#slotOf(key, NUMBER, value)]! - 1;
    const id = hashed === NONE ? this.#append(key, NUMBER, value === 0 ? 0 : value) : hashed;
    this.#dense.set(key, value, id);
    return id;
  }

  /** The id of a value of any kind; NONE for null. */
  intern(key: number, value: Json): number {
    if (value === null) return NONE;
    if (typeof value === "number") return this.internNumber(key, value);
    return this.#intern(key, OTHER, typeof value === "string" ? this.#string(value) : this.#structure(value));
  }

  valueOf(id: number): Json {
    if (id < 0) return null;
    const number = this.#numbers[id]!;
    return this.#kinds[id] === NUMBER ? number : this.#others[number]!;
  }

  keyOf(id: number): number {
    return this.#keys[id]!;
  }

  /** Memory taken by the columns; strings and structures are not counted. */
  get byteLength(): number {
    return this.#keys.byteLength + this.#kinds.byteLength + this.#numbers.byteLength;
  }

  /** Whether any value is no number. */
  get hasOthers(): boolean {
    return this.#others.length > 0;
  }

  /** The id of a value if it was interned, else NONE. Not after `seal`. */
  find(key: number, value: number | string): number {
    const kind = typeof value === "number" ? NUMBER : OTHER;
    const number = typeof value === "number" ? (value === 0 ? 0 : value) : this.#strings.get(value);
    if (number === undefined) return NONE;
    const dense = kind === NUMBER ? this.#dense.find(key, number) : NONE;
    if (dense !== NONE) return dense;
    return this.#slots[this.#slotOf(key, kind, number)]! - 1;
  }

  /** Drops the hash: afterwards the table is read only. */
  seal(): void {
    this.#keys = trimmed(this.#keys, this.#count);
    this.#kinds = trimmed(this.#kinds, this.#count);
    this.#numbers = trimmed(this.#numbers, this.#count);
    this.#slots = new Int32Array(0);
    this.#dense = new DenseIds();
    this.#ofKey = new Int32Array(0);
    this.#strings.clear();
    this.#structures.clear();
  }

  /** What another thread needs to look values up. After `seal`. */
  parts(): ValueParts {
    return { keys: this.#keys, isOther: this.#kinds, numbers: this.#numbers, others: this.#others };
  }

  #intern(key: number, kind: number, number: number): number {
    const slot = this.#slotOf(key, kind, number);
    const known = this.#slots[slot]! - 1;
    if (known >= 0) return known;
    const id = this.#append(key, kind, number);
    this.#slots[slot] = id + 1;
    this.#hashed++;
    if (this.#hashed * 2 > this.#slots.length) this.#growSlots();
    return id;
  }

  /** The slot that holds the value, or the empty one where it belongs. */
  #slotOf(key: number, kind: number, number: number): number {
    const mask = this.#slots.length - 1;
    let slot = hashOf(key, kind, number) & mask;
    for (;;) {
      const id = this.#slots[slot]! - 1;
      if (id < 0) return slot;
      if (this.#numbers[id] === number && this.#keys[id] === key && this.#kinds[id] === kind) return slot;
      slot = (slot + 1) & mask;
    }
  }

  #append(key: number, kind: number, number: number): number {
    const id = this.#count++;
    if (id === this.#keys.length) this.#growColumns();
    this.#keys[id] = key;
    this.#kinds[id] = kind;
    this.#numbers[id] = number;
    if (key >= this.#ofKey.length) this.#ofKey = grown(this.#ofKey, new Int32Array(key * 2));
    if (key >= 0) this.#ofKey[key]!++;
    return id;
  }

  #growColumns(): void {
    const size = this.#keys.length * 2;
    this.#keys = grown(this.#keys, columnOf(Int32Array, size));
    this.#kinds = grown(this.#kinds, columnOf(Uint8Array, size));
    this.#numbers = grown(this.#numbers, columnOf(Float64Array, size));
  }

  #growSlots(): void {
    const slots = new Int32Array(this.#slots.length * 4);
    const mask = slots.length - 1;
    for (const taken of this.#slots) {
      if (taken === 0) continue;
      const id = taken - 1;
      let slot = hashOf(this.#keys[id]!, this.#kinds[id]!, this.#numbers[id]!) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = taken;
    }
    this.#slots = slots;
  }

  #string(text: string): number {
    let index = this.#strings.get(text);
    if (index === undefined) {
      index = this.#others.push(text) - 1;
      this.#strings.set(text, index);
    }
    return index;
  }

  #structure(value: Json): number {
    const text = canonicalJson(value);
    let index = this.#structures.get(text);
    if (index === undefined) {
      index = this.#others.push(value) - 1;
      this.#structures.set(text, index);
    }
    return index;
  }
}

/** Copies `from` into the front of `to`. */
export function grown<T extends { set(from: T): void }>(from: T, to: T): T {
  to.set(from);
  return to;
}

/** JSON with the fields of objects in order of their names: equal values have equal texts. */
export function canonicalJson(value: Json): string {
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  if (Array.isArray(value)) return `[${(value as readonly Json[]).map(canonicalJson).join(",")}]`;
  const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return `{${fields.map(([name, field]) => `${JSON.stringify(name)}:${canonicalJson(field)}`).join(",")}}`;
}

const float = new Float64Array(1);
const words = new Int32Array(float.buffer);

/**
 * Multiplicative mixing (murmur3's finalizer) of key, kind and number. Eight consecutive integers of a key stay together:
 * counters are the commonest values, and neighbours are looked up in turn.
 */
function hashOf(key: number, kind: number, number: number): number {
  const small = number | 0;
  let h = Math.imul(key + 1, 0x9e3779b1) ^ Math.imul(kind + 7, 0x85ebca6b);
  if (small === number) {
    h ^= Math.imul(small >> 3, 0xc2b2ae35);
  } else {
    float[0] = number;
    h ^= Math.imul(words[0]!, 0xc2b2ae35) ^ Math.imul(words[1]!, 0x27d4eb2f);
  }
  h ^= h >>> 15;
  h = Math.imul(h, 0x2c1b3c6d);
  h ^= h >>> 12;
  h = Math.imul(h, 0x297a2d39);
  h ^= h >>> 15;
  return (h << 3) | (small & 7);
}
