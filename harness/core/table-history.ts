import {
  ABSENT,
  FLAG,
  type History,
  NEVER,
  NONE,
  type OperationView,
  STATUS,
  type Status,
} from "./history.ts";
import type { Json } from "./json.ts";
import { FUNCTIONS, type HistoryHeader, type ObjectSpec, type TimedFaultEvent } from "./operation.ts";
import type { ValueTable } from "./value-table.ts";

/** The columns of the rows. The optional ones exist only where some operation needs them. */
export interface Columns {
  readonly f: Uint8Array;
  readonly status: Uint8Array;
  readonly flags: Uint8Array;
  readonly process: Int32Array;
  readonly session: Int32Array;
  readonly node: Int32Array;
  readonly key: Int32Array;
  readonly value: Int32Array;
  readonly error: Int16Array;
  readonly invRank: Int32Array;
  readonly retRank: Int32Array;
  readonly invTime: Float64Array;
  readonly retTime: Float64Array;
  /** Position of the list that a read returned, or NONE. */
  readonly list: Int32Array | undefined;
  readonly expected: Int32Array | undefined;
  readonly observed: Int32Array | undefined;
  readonly level: Int32Array | undefined;
  /** Versions that are numbers; NaN for none. */
  readonly version: Float64Array | undefined;
}

/** What a history and every selection of its rows have in common. */
export interface Shared {
  readonly source: string;
  readonly header: HistoryHeader;
  readonly headerGiven: boolean;
  readonly events: number;
  readonly keys: readonly string[];
  readonly sessionNames: readonly string[];
  readonly nodeNames: readonly string[];
  readonly errorCodes: readonly string[];
  readonly levels: readonly string[];
  readonly faults: readonly TimedFaultEvent[];
  readonly warnings: readonly string[];
  readonly values: ValueTable;
  /** By key id. */
  readonly specs: readonly ObjectSpec[];
  /** Elements of list `i` are `elements[listStart[i]] … elements[listStart[i + 1] - 1]`. */
  readonly listStart: Int32Array;
  readonly elements: Int32Array;
  /** Versions that are no numbers, by event index of the completion. */
  readonly versions: ReadonlyMap<number, Json>;
}

const NO_ELEMENTS = new Int32Array(0);
const STATUS_NAMES = Object.keys(STATUS) as readonly Status[];

/** A history over typed columns. */
export class TableHistory implements History {
  readonly source: string;
  readonly header: HistoryHeader;
  readonly headerGiven: boolean;
  readonly length: number;
  readonly events: number;
  readonly f: Uint8Array;
  readonly status: Uint8Array;
  readonly flags: Uint8Array;
  readonly process: Int32Array;
  readonly session: Int32Array;
  readonly node: Int32Array;
  readonly key: Int32Array;
  readonly value: Int32Array;
  readonly error: Int16Array;
  readonly invRank: Int32Array;
  readonly retRank: Int32Array;
  readonly invTime: Float64Array;
  readonly retTime: Float64Array;
  readonly keys: readonly string[];
  readonly sessionNames: readonly string[];
  readonly nodeNames: readonly string[];
  readonly errorCodes: readonly string[];
  readonly faults: readonly TimedFaultEvent[];
  readonly warnings: readonly string[];
  readonly #columns: Columns;
  readonly #shared: Shared;

  constructor(columns: Columns, shared: Shared) {
    this.#columns = columns;
    this.#shared = shared;
    this.source = shared.source;
    this.header = shared.header;
    this.headerGiven = shared.headerGiven;
    this.length = columns.f.length;
    this.events = shared.events;
    this.f = columns.f;
    this.status = columns.status;
    this.flags = columns.flags;
    this.process = columns.process;
    this.session = columns.session;
    this.node = columns.node;
    this.key = columns.key;
    this.value = columns.value;
    this.error = columns.error;
    this.invRank = columns.invRank;
    this.retRank = columns.retRank;
    this.invTime = columns.invTime;
    this.retTime = columns.retTime;
    this.keys = shared.keys;
    this.sessionNames = shared.sessionNames;
    this.nodeNames = shared.nodeNames;
    this.errorCodes = shared.errorCodes;
    this.faults = shared.faults;
    this.warnings = shared.warnings;
  }

  get valueCount(): number {
    return this.#shared.values.count;
  }

  valueOf(valueId: number): Json {
    return this.#shared.values.valueOf(valueId);
  }

  keyOfValue(valueId: number): number {
    return this.#shared.values.keyOf(valueId);
  }

  elementsOf(row: number): Int32Array {
    const list = this.#columns.list?.[row] ?? NONE;
    if (list === NONE) return NO_ELEMENTS;
    return this.#shared.elements.subarray(this.#shared.listStart[list], this.#shared.listStart[list + 1]);
  }

  expectedOf(row: number): number {
    return this.#columns.expected?.[row] ?? ABSENT;
  }

  observedOf(row: number): number {
    return this.#columns.observed?.[row] ?? ABSENT;
  }

  versionOf(row: number): Json | undefined {
    const number = this.#columns.version?.[row] ?? Number.NaN;
    return Number.isNaN(number) ? this.#shared.versions.get(this.retRank[row]!) : number;
  }

  levelOf(row: number): string | undefined {
    return this.#shared.levels[this.#columns.level?.[row] ?? NONE];
  }

  objectOf(keyId: number): ObjectSpec {
    return this.#shared.specs[keyId]!;
  }

  rowOf(eventIndex: number): number {
    let low = 0;
    let high = this.length - 1;
    while (low <= high) {
      const middle = (low + high) >>> 1;
      const rank = this.invRank[middle]!;
      if (rank === eventIndex) return middle;
      if (rank < eventIndex) low = middle + 1;
      else high = middle - 1;
    }
    return NONE;
  }

  operation(row: number): OperationView {
    const value = this.value[row]!;
    const isList = (this.flags[row]! & FLAG.list) !== 0;
    const end = this.retTime[row]!;
    return {
      index: this.invRank[row]!,
      process: this.process[row]!,
      session: this.sessionNames[this.session[row]!]!,
      f: FUNCTIONS[this.f[row]!]!,
      key: this.keys[this.key[row]!],
      value: isList ? Array.from(this.elementsOf(row), (id) => this.valueOf(id)) : this.valueOf(value),
      status: STATUS_NAMES[this.status[row]!]!,
      node: this.nodeNames[this.node[row]!],
      start: this.invTime[row]!,
      end: end === NEVER ? undefined : end,
      final: (this.flags[row]! & FLAG.final) !== 0,
      error: this.errorCodes[this.error[row]!],
    };
  }

  select(rows: readonly number[]): History {
    const order = Int32Array.from(new Set(rows)).sort();
    const { list, expected, observed, level, version } = this.#columns;
    const columns: Columns = {
      f: gather(order, this.f, new Uint8Array(order.length)),
      status: gather(order, this.status, new Uint8Array(order.length)),
      flags: gather(order, this.flags, new Uint8Array(order.length)),
      process: gather(order, this.process, new Int32Array(order.length)),
      session: gather(order, this.session, new Int32Array(order.length)),
      node: gather(order, this.node, new Int32Array(order.length)),
      key: gather(order, this.key, new Int32Array(order.length)),
      value: gather(order, this.value, new Int32Array(order.length)),
      error: gather(order, this.error, new Int16Array(order.length)),
      invRank: gather(order, this.invRank, new Int32Array(order.length)),
      retRank: gather(order, this.retRank, new Int32Array(order.length)),
      invTime: gather(order, this.invTime, new Float64Array(order.length)),
      retTime: gather(order, this.retTime, new Float64Array(order.length)),
      list: list && gather(order, list, new Int32Array(order.length)),
      expected: expected && gather(order, expected, new Int32Array(order.length)),
      observed: observed && gather(order, observed, new Int32Array(order.length)),
      level: level && gather(order, level, new Int32Array(order.length)),
      version: version && gather(order, version, new Float64Array(order.length)),
    };
    return new TableHistory(columns, this.#shared);
  }
}

function gather<T extends { [index: number]: number }>(rows: Int32Array, from: T, to: T): T {
  for (let i = 0; i < rows.length; i++) to[i] = from[rows[i]!]!;
  return to;
}
