import type { Budget } from "#core/budget";
import { ABSENT, type History, NONE } from "#core/history";
import { byRank } from "../by-rank.ts";
import { isFinal, readBy, writtenBy } from "../registers/access.ts";
import {
  isAmbiguousNull,
  type RegisterValues,
  registerValues,
  SOURCE,
  traceableKeys,
} from "../registers/register-values.ts";
import { versionOrders } from "../registers/version-order.ts";
import { firstAbove, KNOWN_FROM_START, type Lag, NewerVersions } from "./lag.ts";
import { type Versions, versionsOf } from "./versions.ts";

/** A newer version: the row of its write, and the one that shows how early it was written. */
export interface NewerVersion {
  readonly newerRow: number;
  readonly knownRow: number;
}

/** A read that was behind, in real time or in the version order that the store or the values tell. */
export interface ReadLag {
  readonly row: number;
  /** In real time: newer versions that lie between the version read and the read in every linearization. */
  readonly realTime: (Lag & NewerVersion) | undefined;
  /** Versions behind, and nanoseconds since the first newer one was known; 0 if only the other measure calls it stale. */
  readonly versions: number;
  readonly behind: number;
  /** So many of the newer versions that prove `versions`, the one known first if it is one. */
  newer(count: number): readonly NewerVersion[];
}

/** How a read compares with the newest version known before it began. Only lent: the next read reuses it. */
export interface Visibility {
  /** Nanoseconds since that version was known. */
  readonly since: number;
  /** Whether the read showed it or a newer one, as far as can be told. */
  readonly isFresh: boolean;
}

/**
 * Measures every successful read of a register outside the final phase: exact minima for the read alone. A version counts as
 * newer if its write began after the version read was known; where the store or the values tell the version order, if it is
 * later in that order. Reads are reported in order of their rows. Source: Golab, Li and Shah 2011 (Δ-atomicity,
 * k-atomicity), restricted to one read at a time.
 */
export function measureReads(
  history: History,
  budget: Budget,
  report: (row: number, lag: ReadLag | undefined, visibility: Visibility | undefined) => void,
): void {
  const versions = versionsOf(history);
  const values = registerValues(history);
  const isTraceable = traceableKeys(history, values);
  const yardsticks: (KeyYardstick | undefined)[] = history.keys.map(() => undefined);
  // Not key by key: of the reads and versions that come close upon each other, the columns are in the processor's cache.
  for (let row = 0; row < history.length; row++) {
    const key = history.key[row]!;
    if (key === NONE || isTraceable[key] === 0) continue;
    const value = readBy(history, row);
    if (value === ABSENT || isFinal(history, row) || !isMeasurable(history, values, row, value)) continue;
    budget.tick();
    const yardstick = (yardsticks[key] ??= yardstickOf(history, versions, key));
    report(row, yardstick.measure(row, value), yardstick.visibility(row, value));
  }
}

/** Whether the version that a read showed is known. */
function isMeasurable(history: History, values: RegisterValues, row: number, value: number): boolean {
  if (value === NONE) return !isAmbiguousNull(history, values, row);
  const from = values.writer[value]!;
  return from === SOURCE.initial || (from >= 0 && history.invRank[from]! < history.retRank[row]!);
}

function yardstickOf(history: History, versions: Versions, key: number): KeyYardstick {
  const { order } = history.objectOf(key);
  const told = (order === "value" || order === "version") && !versionOrders(history).problems.has(key);
  return new KeyYardstick(history, versions, key, told);
}

class KeyYardstick {
  readonly #history: History;
  readonly #values: RegisterValues;
  readonly #writes: Int32Array;
  /** Invocations of the writes. */
  readonly #begun: Int32Array;
  readonly #knownRow: Int32Array;
  readonly #known: Int32Array;
  readonly #byInvocation: NewerVersions;
  readonly #byOrder: OrderedVersions | undefined;
  /** Where the version of the last read was: that of the next one is not far. */
  #found = 0;
  /** Positions in `writes` in the order in which they were known, and how many were before the reads asked so far. */
  readonly #byKnown: Int32Array;
  #knownCount = 0;
  /** The last of those in order of invocation, or NONE. */
  #lastBegun = NONE;
  readonly #visibility = { since: 0, isFresh: true };

  constructor(history: History, versions: Versions, key: number, orderTold: boolean) {
    this.#history = history;
    this.#values = registerValues(history);
    const [start, end] = [versions.byKey.start[key]!, versions.byKey.start[key + 1]!];
    this.#writes = versions.byKey.rows.subarray(start, end);
    this.#begun = versions.begun.subarray(start, end);
    this.#knownRow = versions.knownRow.subarray(start, end);
    const known = versions.known.subarray(start, end);
    this.#known = known;
    this.#byKnown = byRank(known);
    this.#byInvocation = new NewerVersions(known);
    this.#byOrder = orderTold ? new OrderedVersions(history, this.#writes, known) : undefined;
  }

  /** Of a read that showed `value`. Reads come in order of invocation. */
  measure(row: number, value: number): ReadLag | undefined {
    const history = this.#history;
    const began = history.invRank[row]!;
    const lag = this.#realTimeLag(value, began);
    const order = this.#orderOf(row);
    const worst = order === undefined ? lag : order.lagOf(row, began);
    if (lag === undefined && worst === undefined) return undefined;
    return {
      row,
      realTime: lag && { ...lag, ...this.#version(lag.newer) },
      versions: worst?.versions ?? 0,
      behind:
        worst === undefined ? 0 : history.invTime[row]! - history.retTime[this.#knownRow[worst.newer]!]!,
      newer: (count) => {
        if (worst === undefined) return [];
        const positions = count === 1 ? [worst.newer] : this.#newerPositions(row, worst, order);
        return positions.slice(-count).map((position) => this.#version(position));
      },
    };
  }

  /** Undefined: no version was known before the read began. */
  visibility(row: number, value: number): Visibility | undefined {
    const history = this.#history;
    this.#passKnown(history.invRank[row]!);
    const newest = this.#byKnown[this.#knownCount - 1];
    if (newest === undefined) return undefined;
    const order = this.#orderOf(row);
    const isStale =
      order === undefined ? this.#begun[newest]! > this.#knownAt(value) : order.isNewer(newest, row);
    const visibility = this.#visibility;
    visibility.since = history.invTime[row]! - history.retTime[this.#knownRow[newest]!]!;
    visibility.isFresh = !isStale;
    return visibility;
  }

  /** Passes over the versions that were known before a read began. */
  #passKnown(began: number): void {
    const byKnown = this.#byKnown;
    const known = this.#known;
    while (this.#knownCount < byKnown.length) {
      const position = byKnown[this.#knownCount]!;
      if (known[position]! >= began) break;
      this.#knownCount++;
      if (position > this.#lastBegun) this.#lastBegun = position;
    }
  }

  /** The order that tells the place of what a read showed. */
  #orderOf(row: number): OrderedVersions | undefined {
    return this.#byOrder?.places(row) === true ? this.#byOrder : undefined;
  }

  #version(position: number): NewerVersion {
    return { newerRow: this.#writes[position]!, knownRow: this.#knownRow[position]! };
  }

  /** Those that a lag counts. The last in version order was known before the read began. */
  #newerPositions(row: number, { versions }: Lag, order: OrderedVersions | undefined): number[] {
    if (order !== undefined) return order.newerThan(row, versions);
    const from = firstAbove(this.#begun, this.#knownAt(readBy(this.#history, row)));
    const began = this.#history.invRank[row]!;
    return [...this.#known.keys()].filter((position) => position >= from && this.#known[position]! < began);
  }

  #realTimeLag(value: number, began: number): Lag | undefined {
    const known = this.#knownAt(value);
    this.#passKnown(began);
    if (this.#lastBegun === NONE || this.#begun[this.#lastBegun]! <= known) return undefined;
    this.#found = firstAbove(this.#begun, known, this.#found);
    return this.#byInvocation.knownFrom(this.#found, began);
  }

  /** When the version of a read was known. */
  #knownAt(value: number): number {
    const { earliest, writer } = this.#values;
    return value === NONE || writer[value] === SOURCE.initial ? KNOWN_FROM_START : earliest[value]!;
  }
}

/** The versions of a key in the order that the store or the values tell. */
class OrderedVersions {
  readonly #history: History;
  readonly #writes: Int32Array;
  /** Positions in `writes`, in version order. */
  readonly #order: Int32Array;
  readonly #places: Float64Array;
  readonly #newer: NewerVersions;

  constructor(history: History, writes: Int32Array, known: Int32Array) {
    this.#history = history;
    this.#writes = writes;
    const place = (position: number): number => this.#placeOf(writtenBy(history, writes[position]!));
    const placed = Int32Array.from(writes.keys()).filter((position) => place(position) >= 0);
    this.#order = placed.sort((a, b) => place(a) - place(b));
    this.#places = Float64Array.from(this.#order, place);
    this.#newer = new NewerVersions(this.#order.map((position) => known[position]!));
  }

  /** Whether the place of what a read showed is known. */
  places(row: number): boolean {
    const value = readBy(this.#history, row);
    return value === NONE || versionOrders(this.#history).upper[value] !== Number.POSITIVE_INFINITY;
  }

  /** Whether a version, by its position in `writes`, is later than what a read showed. */
  isNewer(position: number, row: number): boolean {
    return (
      this.#placeOf(writtenBy(this.#history, this.#writes[position]!)) >
      this.#placeOf(readBy(this.#history, row))
    );
  }

  /** Every version up to the latest one known before the read began counts, acknowledged or not. */
  lagOf(row: number, began: number): Lag | undefined {
    const from = this.#firstNewer(row);
    const lag = this.#newer.knownFrom(from, began);
    if (lag === undefined) return undefined;
    const latest = this.#newer.latestKnown(began);
    return { versions: latest - from + 1, newer: this.#order[lag.newer]! };
  }

  /** Positions in `writes` of so many versions after what a read showed. */
  newerThan(row: number, versions: number): number[] {
    const from = this.#firstNewer(row);
    return [...this.#order.subarray(from, from + versions)];
  }

  #firstNewer(row: number): number {
    return firstAbove(this.#places, this.#placeOf(readBy(this.#history, row)));
  }

  #placeOf(value: number): number {
    return value === NONE ? Number.NEGATIVE_INFINITY : versionOrders(this.#history).lower[value]!;
  }
}
