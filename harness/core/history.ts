import type { Json } from "./json.ts";
import type { OperationFunction } from "./functions.ts";
import type { HistoryHeader, ObjectSpec, TimedFaultEvent } from "./operation.ts";
import type { Nanoseconds } from "./units.ts";

export const STATUS = { ok: 0, fail: 1, info: 2 } as const;
export type Status = keyof typeof STATUS;

/** `retRank` of an operation that never returned. */
export const NEVER = 0x7fffffff;
/** `retTime` of an operation without a completion line: no time that a clock can show. */
export const UNENDED = Number.POSITIVE_INFINITY;
/** Column value for "none": no key, no node, no value. */
export const NONE = -1;
/** What `expectedOf` and `observedOf` give where nothing was said: NONE means null there. */
export const ABSENT = -2;

/** Bits of the `flags` column. */
export const FLAG = { final: 1, resultTrue: 2, resultFalse: 4, list: 8 } as const;

/**
 * A history as typed columns, one row per operation in order of invocation (nemesis events are kept apart).
 * Strings and values are interned to dense ids; equal (key, value) pairs share one value id, values of different keys
 * never do. At most 64 bytes per operation.
 */
export interface History {
  /** Where it came from, for messages. */
  readonly source: string;
  readonly header: HistoryHeader;
  /** False: the header was inferred, and the verdict says so. */
  readonly headerGiven: boolean;
  /** Number of operations. */
  readonly length: number;
  /** Number of events (lines after the header). */
  readonly events: number;

  /** Index into FUNCTIONS. */
  readonly f: Uint8Array;
  /** STATUS of the completion; an unfinished operation is `info`. */
  readonly status: Uint8Array;
  readonly flags: Uint8Array;
  readonly process: Int32Array;
  /** Id of the session (`sessionNames`). */
  readonly session: Int32Array;
  /** Id of the node that answered, else of the node asked, else NONE. */
  readonly node: Int32Array;
  /** Id of the key (`keys`) or NONE. An operation on the only, unnamed object has the key "". */
  readonly key: Int32Array;
  /** Value id: what a read returned, what a write wrote, what was added. NONE for null, and for a read that is not ok. */
  readonly value: Int32Array;
  /** Id of the error code (`errorCodes`) or NONE. */
  readonly error: Int16Array;
  /** Event index of the invocation: what witnesses name. Increasing; two events never share one. */
  readonly invRank: Int32Array;
  /** Event index of the completion, NEVER for `info`. */
  readonly retRank: Int32Array;
  readonly invTime: Float64Array;
  /** Time of the completion line (also that of an `info` line); UNENDED if there was none. */
  readonly retTime: Float64Array;

  readonly keys: readonly string[];
  readonly sessionNames: readonly string[];
  readonly nodeNames: readonly string[];
  readonly errorCodes: readonly string[];
  /** The levels that operations name (`levelOf`); empty for most histories. */
  readonly levelNames: readonly string[];
  readonly faults: readonly TimedFaultEvent[];
  /** What was odd about the input and how it was read: a torn last line, inferred types. */
  readonly warnings: readonly string[];

  /** Number of distinct value ids. */
  readonly valueCount: number;
  /** The value behind a value id (null for NONE). */
  valueOf(valueId: number): Json;
  /** The key id a value id belongs to. */
  keyOfValue(valueId: number): number;
  /** Value ids of the elements an ok read of a set or list, or of siblings, returned (FLAG.list); empty otherwise. */
  elementsOf(operation: number): Int32Array;
  /** Value id that a compare-and-set expected; NONE for null, ABSENT for other operations. */
  expectedOf(operation: number): number;
  /** Value id of the current value that a refused compare-and-set told; NONE for null, ABSENT if it told none. */
  observedOf(operation: number): number;
  /** `version` of the completion, if any. */
  versionOf(operation: number): Json | undefined;
  /** The read or write level asked for, if any. */
  levelOf(operation: number): string | undefined;
  /** How the key is to be judged: the first matching header entry, or what was inferred. */
  objectOf(keyId: number): ObjectSpec;
  /** The operation (row) whose invocation has this event index, or NONE. */
  rowOf(eventIndex: number): number;
  /** One operation as an object, for witnesses and reports; not for loops over a whole history. */
  operation(row: number): OperationView;
  /**
   * The history of these rows alone: what a witness is re-proved on. Same event indexes, same header, but ids of its own
   * for keys and values. `kept`: value ids; of lists that were read only these elements stay.
   */
  select(rows: readonly number[], kept?: ReadonlySet<number>): History;
}

/** One operation, whole, for people. */
export interface OperationView {
  /** Event index of the invocation. */
  readonly index: number;
  readonly process: number;
  readonly session: string;
  readonly f: OperationFunction;
  readonly key: string | undefined;
  /** Written, added or read value; whole lists for reads of sets and lists. */
  readonly value: Json;
  readonly status: Status;
  readonly node: string | undefined;
  readonly start: Nanoseconds;
  /** Undefined: never completed. */
  readonly end: Nanoseconds | undefined;
  readonly final: boolean;
  readonly error: string | undefined;
}
