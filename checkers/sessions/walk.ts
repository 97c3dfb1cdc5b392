import type { Budget } from "#core/budget";
import { ABSENT, type History, NEVER, NONE, STATUS } from "#core/history";
import { type Groups, groupRows, rowsWhere } from "../groups.ts";
import { isFinal, readBy, writtenBy } from "../registers/access.ts";
import {
  isAmbiguousNull,
  isTraced,
  type RegisterValues,
  registerValues,
} from "../registers/register-values.ts";
import { BEFORE_ALL, type VersionOrders, versionOrders } from "../registers/version-order.ts";

export type Guarantee = "read-your-writes" | "monotonic-reads" | "monotonic-writes" | "writes-follow-reads";

/** The second operation of a session touched a version that certainly precedes that of its first one. */
export interface Breach {
  readonly guarantee: Guarantee;
  readonly first: number;
  readonly second: number;
}

export interface SessionFindings {
  /** Pairs that were compared, by guarantee. */
  readonly judged: Readonly<Record<Guarantee, number>>;
  /** Reads of null that may have seen a deletion, by key id. */
  readonly ambiguous: ReadonlyMap<number, number>;
}

/**
 * Walks each session's operations on registers in session order (one returned before the other was invoked) and compares
 * each with the highest version its session wrote and read before on that key. O(operations).
 * Source: Terry et al. 1994, stated over a version order.
 */
export function walkSessions(
  history: History,
  budget: Budget,
  report: (breach: Breach) => void,
): SessionFindings {
  const walk = new Walk(history, report);
  const sessions = sessionsOf(history, walk.values, walk.orders);
  for (let session = 0; session + 1 < sessions.start.length; session++) {
    walk.session(
      session,
      sessions.rows.subarray(sessions.start[session], sessions.start[session + 1]),
      budget,
    );
  }
  return { judged: walk.judged, ambiguous: walk.ambiguous };
}

function sessionsOf(history: History, values: RegisterValues, orders: VersionOrders): Groups {
  const rows = rowsWhere(history.length, (row) => {
    const key = history.key[row]!;
    if (key === NONE || values.isRegister[key] === 0 || orders.problems.has(key) || isFinal(history, row))
      return false;
    return history.status[row] === STATUS.ok || writtenBy(history, row) !== ABSENT;
  });
  return groupRows(rows, history.session, history.sessionNames.length);
}

class Walk {
  readonly values: RegisterValues;
  readonly orders: VersionOrders;
  readonly judged = {
    "read-your-writes": 0,
    "monotonic-reads": 0,
    "monotonic-writes": 0,
    "writes-follow-reads": 0,
  };
  readonly ambiguous = new Map<number, number>();
  readonly #history: History;
  readonly #report: (breach: Breach) => void;
  /** By key id: the highest version this session wrote and read so far, and by which operation. */
  readonly #written: Highest;
  readonly #read: Highest;
  readonly #singleWriter: Uint8Array;

  constructor(history: History, report: (breach: Breach) => void) {
    this.#history = history;
    this.#report = report;
    this.values = registerValues(history);
    this.orders = versionOrders(history);
    this.#written = new Highest(history.keys.length);
    this.#read = new Highest(history.keys.length);
    this.#singleWriter = Uint8Array.from(history.keys, (_, key) =>
      history.objectOf(key).order === "single-writer" ? 1 : 0,
    );
  }

  /** `rows` in order of invocation. */
  session(session: number, rows: Int32Array, budget: Budget): void {
    this.#written.session = session;
    this.#read.session = session;
    const { invRank, retRank } = this.#history;
    const returned = byReturn(rows, retRank);
    let next = 0;
    for (const row of rows) {
      budget.tick();
      while (next < returned.length && retRank[returned[next]!]! < invRank[row]!)
        this.#remember(returned[next++]!);
      this.#compare(row);
    }
  }

  #compare(row: number): void {
    const key = this.#history.key[row]!;
    const read = this.#upperOfRead(row, key);
    if (!Number.isNaN(read)) {
      this.#against(this.#written, "read-your-writes", key, row, read);
      this.#against(this.#read, "monotonic-reads", key, row, read);
    }
    // The order of a single writer is that of its session by definition: nothing to compare.
    if (this.#singleWriter[key] === 1) return;
    const written = writtenBy(this.#history, row);
    if (written < 0 || this.values.earliest[written] === NEVER) return;
    const upper = this.orders.upper[written]!;
    this.#against(this.#written, "monotonic-writes", key, row, upper);
    this.#against(this.#read, "writes-follow-reads", key, row, upper);
  }

  #against(highest: Highest, guarantee: Guarantee, key: number, row: number, upper: number): void {
    const first = highest.rowOf(key);
    if (first === NONE) return;
    this.judged[guarantee]++;
    if (upper < highest.lowerOf(key)) this.#report({ guarantee, first, second: row });
  }

  /** Before what the version read certainly is; NaN if the operation read nothing that can be placed. */
  #upperOfRead(row: number, key: number): number {
    const value = readBy(this.#history, row);
    if (value === ABSENT) return Number.NaN;
    if (value === NONE) {
      if (!isAmbiguousNull(this.#history, this.values, row)) return BEFORE_ALL;
      this.ambiguous.set(key, (this.ambiguous.get(key) ?? 0) + 1);
      return Number.NaN;
    }
    return isTraced(this.#history, this.values, row, value) ? this.orders.upper[value]! : Number.NaN;
  }

  #remember(row: number): void {
    const { invRank } = this.#history;
    const key = this.#history.key[row]!;
    const written = writtenBy(this.#history, row);
    if (written >= 0) this.#written.raise(key, this.orders.lower[written]!, row);
    else if (written === NONE && this.#singleWriter[key] === 1) this.#written.raise(key, invRank[row]!, row);
    const read = readBy(this.#history, row);
    if (read >= 0 && isTraced(this.#history, this.values, row, read)) {
      this.#read.raise(key, this.orders.lower[read]!, row);
    } else if (read === NONE && !isAmbiguousNull(this.#history, this.values, row)) {
      this.#read.raise(key, BEFORE_ALL, row);
    }
  }
}

/** The highest version of each key that one session has touched; starts anew with each session. */
class Highest {
  session = NONE;
  readonly #owner: Int32Array;
  readonly #lower: Float64Array;
  readonly #row: Int32Array;

  constructor(keys: number) {
    this.#owner = new Int32Array(keys).fill(NONE);
    this.#lower = new Float64Array(keys);
    this.#row = new Int32Array(keys);
  }

  rowOf(key: number): number {
    return this.#owner[key] === this.session ? this.#row[key]! : NONE;
  }

  lowerOf(key: number): number {
    return this.#lower[key]!;
  }

  raise(key: number, lower: number, row: number): void {
    if (this.#owner[key] === this.session && this.#lower[key]! > lower) return;
    this.#owner[key] = this.session;
    this.#lower[key] = lower;
    this.#row[key] = row;
  }
}

/** The operations that returned, in order of return. Sessions rarely overlap their own operations: mostly as they are. */
function byReturn(rows: Int32Array, retRank: Int32Array): Int32Array {
  const returned = rows.filter((row) => retRank[row] !== NEVER);
  for (let i = 1; i < returned.length; i++) {
    if (retRank[returned[i]!]! < retRank[returned[i - 1]!]!) {
      return returned.sort((a, b) => retRank[a]! - retRank[b]!);
    }
  }
  return returned;
}
