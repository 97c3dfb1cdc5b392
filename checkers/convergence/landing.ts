import { type History, NONE, STATUS } from "#core/history";
import type { Json } from "#core/json";
import { FUNCTIONS } from "#core/functions";
import { canonicalJson } from "#core/value-table";

const READ = FUNCTIONS.indexOf("read");
const WRITES: ReadonlySet<number> = new Set(
  (["write", "cas", "append", "add", "enqueue", "insert"] as const).map((f) => FUNCTIONS.indexOf(f)),
);
const DELETIONS: ReadonlySet<number> = new Set(
  (["write", "delete", "cas"] as const).map((f) => FUNCTIONS.indexOf(f)),
);

const REMOVES: ReadonlySet<number> = new Set((["remove", "erase"] as const).map((f) => FUNCTIONS.indexOf(f)));
const INCREMENT = FUNCTIONS.indexOf("increment");

/**
 * Which values may be landing just now: written without acknowledgement, and read by nobody before the last round. A node
 * that shows one and a node that does not have not diverged for that: the write may have taken effect only a moment ago.
 */
export class Landing {
  readonly #history: History;
  /** By value id: the first write that may have happened, or NONE. */
  readonly #writer: Int32Array;
  readonly #acknowledged: Uint8Array;
  /** By value id: the first read before the last round that returned it, or NONE. */
  readonly #reader: Int32Array;
  /** By key id: whether null may be the work of an unacknowledged deletion. */
  readonly #deletionLands: Uint8Array;
  /** By value id: whether an unacknowledged remove may be taking it away. */
  readonly #removalLands: Uint8Array;
  /** By key id: how much a counter may change by unacknowledged increments. */
  readonly #counts: Float64Array;
  /** By key id: characters, by id, that an unacknowledged insert or erase may be changing. */
  readonly #chars = new Map<number, Set<string>>();

  /** `last`: rows of the last round. */
  constructor(history: History, last: ReadonlySet<number>) {
    this.#history = history;
    this.#writer = new Int32Array(history.valueCount).fill(NONE);
    this.#acknowledged = new Uint8Array(history.valueCount);
    this.#reader = new Int32Array(history.valueCount).fill(NONE);
    this.#deletionLands = new Uint8Array(history.keys.length);
    this.#removalLands = new Uint8Array(history.valueCount);
    this.#counts = new Float64Array(history.keys.length);
    for (let row = 0; row < history.length; row++) this.#note(row, last.has(row));
  }

  /** `value`: an id, or NONE for null on `key`. */
  has(key: number, value: number): boolean {
    if (value === NONE) return this.#deletionLands[key] === 1;
    if (this.#removalLands[value] === 1 || this.#isChanging(key, value)) return true;
    return this.#writer[value] !== NONE && this.#acknowledged[value] === 0 && this.#reader[value] === NONE;
  }

  /** How far apart unacknowledged increments may have left a counter on two nodes. */
  mayDifferBy(key: number): number {
    return this.#counts[key]!;
  }

  #isChanging(key: number, value: number): boolean {
    const chars = this.#chars.get(key);
    return chars !== undefined && chars.has(charOf(this.#history.valueOf(value)));
  }

  writerOf(value: number): number {
    return value === NONE ? NONE : this.#writer[value]!;
  }

  /** What shows that a value is no longer landing: its writer, and an earlier reader where it was not acknowledged. */
  evidenceOf(value: number): number[] {
    if (value === NONE) return [];
    const rows = [this.#writer[value]!, this.#acknowledged[value] === 1 ? NONE : this.#reader[value]!];
    return rows.filter((row) => row !== NONE);
  }

  #note(row: number, isLast: boolean): void {
    const { f, value, status } = this.#history;
    const id = value[row]!;
    if (f[row] === READ) {
      if (isLast || status[row] !== STATUS.ok) return;
      this.#read(id, row);
      for (const element of this.#history.elementsOf(row)) this.#read(element, row);
    } else if (status[row] !== STATUS.fail && id !== NONE && WRITES.has(f[row]!)) {
      const first = this.#writer[id]!;
      if (first === NONE || (status[row] === STATUS.ok && status[first] !== STATUS.ok))
        this.#writer[id] = row;
      if (status[row] === STATUS.ok) this.#acknowledged[id] = 1;
    } else if (status[row] === STATUS.info && id === NONE && DELETIONS.has(f[row]!)) {
      this.#deletionLands[this.#history.key[row]!] = 1;
    }
    if (status[row] === STATUS.info && id !== NONE) this.#noteLanding(row, id);
  }

  /** What an unacknowledged operation may be changing other than by a value that only it wrote. */
  #noteLanding(row: number, id: number): void {
    const { f, key } = this.#history;
    const keyId = key[row]!;
    const value = this.#history.valueOf(id);
    if (f[row] === INCREMENT && typeof value === "number") this.#counts[keyId]! += Math.abs(value);
    if (REMOVES.has(f[row]!)) this.#removalLands[id] = 1;
    if (keyId === NONE || this.#history.objectOf(keyId).type !== "text") return;
    const chars = this.#chars.get(keyId) ?? new Set();
    this.#chars.set(keyId, chars.add(charOf(value)));
  }

  #read(id: number, row: number): void {
    if (id !== NONE && this.#reader[id] === NONE) this.#reader[id] = row;
  }
}

/** The id of a character, as text: inserts, erases and reads name it beside other fields. */
const charOf = (value: Json): string =>
  typeof value === "object" && value !== null && "id" in value ? canonicalJson(value["id"] as Json) : "";
