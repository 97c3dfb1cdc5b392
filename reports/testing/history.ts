import {
  ABSENT,
  FLAG,
  type History,
  NEVER,
  UNENDED,
  NONE,
  type OperationView,
  STATUS,
  type Status,
} from "#core/history";
import type { Json } from "#core/json";
import { FUNCTIONS, type OperationFunction } from "#core/functions";
import type { TimedFaultEvent } from "#core/operation";
import type { Nanoseconds } from "#core/units";

export interface TestOperation {
  readonly process?: number;
  readonly f?: OperationFunction;
  readonly key?: string;
  readonly value?: Json;
  readonly status?: Status;
  readonly error?: string;
  readonly node?: string;
  readonly start: Nanoseconds;
  /** `null`: never completed. */
  readonly end: Nanoseconds | null;
  readonly final?: boolean;
  /** The value is the elements of a set or list. */
  readonly list?: boolean;
}

interface TestHistoryOptions {
  readonly faults?: readonly Omit<TimedFaultEvent, "index">[];
  readonly concurrency?: number;
  readonly warnings?: readonly string[];
}

/** Gives dense ids to texts in order of appearance. */
class Names {
  readonly all: string[] = [];
  readonly #ids = new Map<string, number>();

  id(name: string | undefined): number {
    if (name === undefined) return NONE;
    const known = this.#ids.get(name);
    if (known !== undefined) return known;
    this.#ids.set(name, this.all.length);
    return this.all.push(name) - 1;
  }
}

/** A history as reports read it, made of plain operations. Events are ranked by time. */
export function testHistory(operations: readonly TestOperation[], options: TestHistoryOptions = {}): History {
  const rows = [...operations].sort((a, b) => a.start - b.start);
  const { invRank, retRank } = ranksOf(rows);
  const keys = new Names();
  const nodes = new Names();
  const errors = new Names();
  const sessions = new Names();
  const values: Json[] = [];
  const valueIds = new Names();
  const valueId = (value: Json | undefined): number => {
    if (value === undefined || value === null) return NONE;
    const id = valueIds.id(JSON.stringify(value));
    values[id] = value;
    return id;
  };
  const statusOf = (row: TestOperation): Status => row.status ?? (row.end === null ? "info" : "ok");
  const history: Omit<History, "select"> = {
    source: "test.jsonl",
    header: {
      riftcheck: 1,
      objects: [],
      ...(options.concurrency === undefined ? {} : { concurrency: options.concurrency }),
    },
    headerGiven: true,
    levelNames: [],
    length: rows.length,
    events: rows.length * 2,
    f: Uint8Array.from(rows, (row) => FUNCTIONS.indexOf(row.f ?? "read")),
    status: Uint8Array.from(rows, (row) => STATUS[statusOf(row)]),
    flags: Uint8Array.from(
      rows,
      (row) => (row.final === true ? FLAG.final : 0) | (row.list === true ? FLAG.list : 0),
    ),
    process: Int32Array.from(rows, (row) => row.process ?? 0),
    session: Int32Array.from(rows, (row) => sessions.id(String(row.process ?? 0))),
    node: Int32Array.from(rows, (row) => nodes.id(row.node)),
    key: Int32Array.from(rows, (row) => keys.id(row.key)),
    value: Int32Array.from(rows, (row) => valueId(row.value)),
    error: Int16Array.from(rows, (row) => errors.id(row.error)),
    invRank,
    retRank,
    invTime: Float64Array.from(rows, (row) => row.start),
    retTime: Float64Array.from(rows, (row) => row.end ?? UNENDED),
    keys: keys.all,
    sessionNames: sessions.all,
    nodeNames: nodes.all,
    errorCodes: errors.all,
    faults: (options.faults ?? []).map((fault, index) => ({ ...fault, index })),
    warnings: options.warnings ?? [],
    valueCount: values.length,
    valueOf: (id) => values[id] ?? null,
    keyOfValue: () => NONE,
    elementsOf: (row) => new Int32Array(lengthOf(rows[row]?.value)),
    expectedOf: () => ABSENT,
    observedOf: () => ABSENT,
    versionOf: () => undefined,
    levelOf: () => undefined,
    objectOf: () => ({
      keys: "*",
      type: "register",
      initial: null,
      order: "unknown",
      uniqueWrites: false,
      siblings: false,
    }),
    rowOf: (index) => invRank.indexOf(index),
    operation: (row) => viewOf(rows[row] as TestOperation, invRank[row] as number, statusOf),
  };
  return { ...history, select: () => testHistory(rows, options) };
}

const lengthOf = (value: Json | undefined): number => (Array.isArray(value) ? value.length : 0);

function ranksOf(rows: readonly TestOperation[]): { invRank: Int32Array; retRank: Int32Array } {
  const events = rows.flatMap((row, i) => [
    { at: row.start, i, isEnd: false },
    ...(row.end === null ? [] : [{ at: row.end, i, isEnd: true }]),
  ]);
  events.sort((a, b) => a.at - b.at || Number(a.isEnd) - Number(b.isEnd));
  const invRank = new Int32Array(rows.length);
  const retRank = new Int32Array(rows.length).fill(NEVER);
  events.forEach(({ i, isEnd }, rank) => {
    if (!isEnd) invRank[i] = rank;
    else if (rows[i]?.status !== "info") retRank[i] = rank;
  });
  return { invRank, retRank };
}

function viewOf(row: TestOperation, index: number, statusOf: (row: TestOperation) => Status): OperationView {
  return {
    index,
    process: row.process ?? 0,
    session: String(row.process ?? 0),
    f: row.f ?? "read",
    key: row.key,
    value: row.value ?? null,
    status: statusOf(row),
    node: row.node,
    start: row.start,
    end: row.end ?? undefined,
    final: row.final === true,
    error: row.error,
  };
}
