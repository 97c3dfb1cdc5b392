import type { Json } from "./json.ts";
import type { HistoryHeader, ObjectSpec, TimedFaultEvent } from "./operation.ts";

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

/** The values behind the ids. */
export interface Values {
  readonly count: number;
  valueOf(id: number): Json;
  keyOf(id: number): number;
  /** Memory taken by their columns. Undefined for a selection's values, which are those of another history. */
  readonly byteLength?: number;
  /** Undefined for a selection's values, which no other thread needs. */
  parts?(): ValueParts;
}

/** Values as another thread looks them up: columns in shared memory, by id, and what is no number. */
export interface ValueParts {
  readonly keys: Int32Array;
  /** 1: `numbers` has the place in `others`. */
  readonly isOther: Uint8Array;
  readonly numbers: Float64Array;
  readonly others: readonly Json[];
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
  readonly values: Values;
  /** By key id. */
  readonly specs: readonly ObjectSpec[];
  /** Elements of list `i` are `elements[listStart[i]] … elements[listStart[i + 1] - 1]`. */
  readonly listStart: Int32Array;
  readonly elements: Int32Array;
  /** Versions that are no numbers, by event index of the completion. */
  readonly versions: ReadonlyMap<number, Json>;
}

/** A whole history for another thread: `postMessage` shares its columns and copies the rest. */
export interface HistoryParts {
  readonly columns: Columns;
  readonly shared: Omit<Shared, "values">;
  readonly values: ValueParts;
}
