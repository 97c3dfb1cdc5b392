/** What `find` gives for a string that was not added. */
export const UNKNOWN = -2;

/** Ids of short ASCII strings by their bytes, so that no string is made for one seen before. */
export class ByteInterner {
  readonly #intern: (text: string) => number;
  #count = 0;
  #ids = new Int32Array(64);
  #starts = new Int32Array(65);
  #pool = new Uint8Array(1024);
  /** Entry + 1 by hash slot; 0 is empty. At most half full. */
  #slots = new Int32Array(256);
  #hashes = new Int32Array(64);

  /** `intern` is asked once per distinct string. */
  constructor(intern: (text: string) => number) {
    this.#intern = intern;
  }

  /** The id of `bytes[start…end)`, whose `hash` the caller computed with `hashByte`; UNKNOWN if it was not added. */
  find(bytes: Uint8Array, start: number, end: number, hash: number): number {
    const entry = this.#slots[this.#slotOf(bytes, start, end, hash)]! - 1;
    return entry < 0 ? UNKNOWN : this.#ids[entry]!;
  }

  /** The same, added if it is new. */
  idOf(bytes: Uint8Array, start: number, end: number, hash: number): number {
    const slot = this.#slotOf(bytes, start, end, hash);
    const entry = this.#slots[slot]! - 1;
    return entry < 0 ? this.#append(bytes, start, end, hash, slot) : this.#ids[entry]!;
  }

  /** The slot that holds the string, or the empty one where it belongs. */
  #slotOf(bytes: Uint8Array, start: number, end: number, hash: number): number {
    const mask = this.#slots.length - 1;
    let slot = spread(hash) & mask;
    for (;;) {
      const entry = this.#slots[slot]! - 1;
      if (entry < 0) return slot;
      if (this.#hashes[entry] === hash && this.#equals(entry, bytes, start, end)) return slot;
      slot = (slot + 1) & mask;
    }
  }

  #equals(entry: number, bytes: Uint8Array, start: number, end: number): boolean {
    let at = this.#starts[entry]!;
    if (this.#starts[entry + 1]! - at !== end - start) return false;
    for (let i = start; i < end; i++, at++) {
      if (this.#pool[at] !== bytes[i]) return false;
    }
    return true;
  }

  #append(bytes: Uint8Array, start: number, end: number, hash: number, slot: number): number {
    const text = String.fromCharCode(...bytes.subarray(start, end));
    const id = this.#intern(text);
    const entry = this.#count++;
    if (entry + 1 >= this.#ids.length) this.#growEntries();
    const at = this.#starts[entry]!;
    while (at + text.length > this.#pool.length)
      this.#pool = longer(this.#pool, new Uint8Array(this.#pool.length * 2));
    this.#pool.set(bytes.subarray(start, end), at);
    this.#starts[entry + 1] = at + text.length;
    this.#ids[entry] = id;
    this.#hashes[entry] = hash;
    this.#slots[slot] = entry + 1;
    if (this.#count * 2 > this.#slots.length) this.#growSlots();
    return id;
  }

  #growEntries(): void {
    const size = this.#ids.length * 2;
    this.#ids = longer(this.#ids, new Int32Array(size));
    this.#hashes = longer(this.#hashes, new Int32Array(size));
    this.#starts = longer(this.#starts, new Int32Array(size + 1));
  }

  #growSlots(): void {
    const slots = new Int32Array(this.#slots.length * 4);
    const mask = slots.length - 1;
    for (let entry = 0; entry < this.#count; entry++) {
      let slot = spread(this.#hashes[entry]!) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = entry + 1;
    }
    this.#slots = slots;
  }
}

/** One step of the hash over bytes (FNV-1a). */
export const hashByte = (hash: number, byte: number): number => Math.imul(hash ^ byte, 0x01000193);
export const HASH_START = 0x811c9dc5 | 0;

const spread = (hash: number): number => hash ^ (hash >>> 15);

function longer<T extends { set(from: T): void }>(from: T, to: T): T {
  to.set(from);
  return to;
}
