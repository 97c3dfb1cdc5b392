import type { Columns, HistoryParts, Shared } from "./columns.ts";
import { assert } from "./errors.ts";
import {
  ABSENT,
  FLAG,
  type History,
  NONE,
  type OperationView,
  STATUS,
  type Status,
  UNENDED,
} from "./history.ts";
import type { Json } from "./json.ts";
import { FUNCTIONS } from "./functions.ts";
import type { HistoryHeader, ObjectSpec, TimedFaultEvent } from "./operation.ts";
import { selectRows } from "./select-rows.ts";

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
  readonly levelNames: readonly string[];
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
    this.levelNames = shared.levels;
    this.faults = shared.faults;
    this.warnings = shared.warnings;
  }

  /** Memory taken by the columns; room that was never written to takes none. At most 64 bytes per operation, long lists apart. */
  get byteLength(): number {
    const { listStart, elements, values } = this.#shared;
    const columns = Object.values(this.#columns) as (Uint8Array | undefined)[];
    return [...columns, listStart, elements].reduce(
      (sum, column) => sum + (column?.byteLength ?? 0),
      values.byteLength ?? 0,
    );
  }

  /** What another thread needs to have the same history (`historyOfParts`). Of a whole history, not of a selection. */
  parts(): HistoryParts {
    const { values, ...shared } = this.#shared;
    const parts = values.parts?.();
    assert(parts !== undefined, "a selection of rows goes to no other thread");
    return { columns: this.#columns, shared, values: parts };
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
      end: end === UNENDED ? undefined : end,
      final: (this.flags[row]! & FLAG.final) !== 0,
      error: this.errorCodes[this.error[row]!],
    };
  }

  select(rows: readonly number[], kept?: ReadonlySet<number>): History {
    const order = Int32Array.from(new Set(rows)).sort();
    const { columns, shared } = selectRows(this.#columns, this.#shared, order, kept);
    return new TableHistory(columns, shared);
  }
}

/** The history that `parts` came from, in another thread. */
export function historyOfParts({ columns, shared, values }: HistoryParts): History {
  const { keys, isOther, numbers, others } = values;
  return new TableHistory(columns, {
    ...shared,
    values: {
      count: keys.length,
      valueOf: (id) => (id < 0 ? null : isOther[id] === 1 ? others[numbers[id]!]! : numbers[id]!),
      keyOf: (id) => keys[id]!,
    },
  });
}

/** What another thread needs to have the same history, which is a whole one. */
export function partsOf(history: History): HistoryParts {
  assert(history instanceof TableHistory, "only a table goes to another thread");
  return history.parts();
}
