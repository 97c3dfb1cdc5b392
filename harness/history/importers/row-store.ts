import { NONE } from "#core/history";
import type { Json } from "#core/json";
import { FUNCTIONS } from "#core/functions";
import { StringTable } from "#core/string-table";
import { grown } from "#core/value-table";
import type { ImportedEvent } from "./event-feed.ts";
import type { MappedRow } from "./mapped-row.ts";

/** Fields that few tables have. */
interface Details {
  readonly level: string | undefined;
  readonly error: string | undefined;
  readonly version: Json | undefined;
  readonly observed: Json | undefined;
  readonly result: boolean | undefined;
}

/** Rows of whole operations in columns: a table may have millions. */
export class RowStore {
  length = 0;
  line: Int32Array;
  /** NONE: the row names no process. */
  process: Int32Array;
  start: Float64Array;
  /** NaN: it never ended. */
  end: Float64Array;
  #type: Uint8Array;
  #f: Uint8Array;
  #key: Int32Array;
  #session: Int32Array;
  #node: Int32Array;
  readonly #values: (Json | undefined)[] = [];
  readonly #details = new Map<number, Details>();
  readonly #texts = new StringTable();

  constructor(capacity: number) {
    const size = Math.max(64, capacity);
    this.line = new Int32Array(size);
    this.process = new Int32Array(size);
    this.start = new Float64Array(size);
    this.end = new Float64Array(size);
    this.#type = new Uint8Array(size);
    this.#f = new Uint8Array(size);
    this.#key = new Int32Array(size);
    this.#session = new Int32Array(size);
    this.#node = new Int32Array(size);
  }

  add({ event, line, hasProcess, end }: MappedRow, start: number): void {
    const row = this.length++;
    if (row === this.line.length) this.#grow(row * 2);
    this.line[row] = line;
    this.process[row] = hasProcess ? event.process : NONE;
    this.start[row] = start;
    this.end[row] = end ?? Number.NaN;
    this.#type[row] = event.type;
    this.#f[row] = FUNCTIONS.indexOf(event.f);
    this.#key[row] = this.#text(event.key);
    this.#session[row] = this.#text(event.session);
    this.#node[row] = this.#text(event.node);
    this.#values.push(event.value);
    const { level, error, version, observed, result } = event;
    if ([level, error, version, observed, result].some((detail) => detail !== undefined)) {
      this.#details.set(row, { level, error, version, observed, result });
    }
  }

  /** Writes the completion of a row into an event. */
  load(row: number, event: ImportedEvent): void {
    const details = this.#details.get(row);
    const { names } = this.#texts;
    event.type = this.#type[row]!;
    event.f = FUNCTIONS[this.#f[row]!]!;
    event.key = names[this.#key[row]!];
    event.session = names[this.#session[row]!];
    event.node = names[this.#node[row]!];
    event.value = this.#values[row];
    event.level = details?.level;
    event.error = details?.error;
    event.version = details?.version;
    event.observed = details?.observed;
    event.result = details?.result;
  }

  #text(text: string | undefined): number {
    return text === undefined ? NONE : this.#texts.intern(text);
  }

  #grow(size: number): void {
    this.line = grown(this.line, new Int32Array(size));
    this.process = grown(this.process, new Int32Array(size));
    this.start = grown(this.start, new Float64Array(size));
    this.end = grown(this.end, new Float64Array(size));
    this.#type = grown(this.#type, new Uint8Array(size));
    this.#f = grown(this.#f, new Uint8Array(size));
    this.#key = grown(this.#key, new Int32Array(size));
    this.#session = grown(this.#session, new Int32Array(size));
    this.#node = grown(this.#node, new Int32Array(size));
  }
}
