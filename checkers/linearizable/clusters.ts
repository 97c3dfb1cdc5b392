import type { Budget } from "#core/budget";
import { ABSENT, type History, NEVER, NONE, STATUS } from "#core/history";
import { isFinal, readBy, sawOnlyAbsence, writtenBy } from "../registers/access.ts";
import {
  isAmbiguousNull,
  type RegisterValues,
  registerValues,
  SOURCE,
  traceableKeys,
} from "../registers/register-values.ts";

/**
 * The operations on each register by the state they saw: a *cluster* is a write and the reads of its value. Ids: a value's
 * cluster has the value id, the initial state of a key `valueCount + key`, and every deletion one of its own after those.
 * Of the reads only the extremes matter.
 */
export interface Clusters {
  readonly values: RegisterValues;
  /** Row of the write or compare-and-set that began it; NONE for initial states and for writes that do not count. */
  readonly writer: Int32Array;
  readonly leastReturn: Int32Array;
  readonly leastReturnRow: Int32Array;
  readonly latestInvocation: Int32Array;
  readonly latestInvocationRow: Int32Array;
  /** Row of the compare-and-set that replaced this state, or NONE. */
  readonly successor: Int32Array;
  /** The operation that showed that an indefinite write took effect, or NONE. */
  readonly supporter: Int32Array;
  /** Whether a compare-and-set attached it to another cluster. */
  readonly attached: Uint8Array;
  /** Two compare-and-sets that replaced the same state. */
  readonly forks: readonly (readonly [number, number])[];
  /** Operations that read a value that nobody wrote, or whose write certainly failed. */
  readonly untraced: readonly number[];
  /** Successful operations, final reads left out. */
  readonly judged: number;
  /** By key: why the absence of a conflict would prove nothing. */
  readonly undecided: ReadonlyMap<number, string>;
  /** Cluster that a write or compare-and-set begins. */
  begunBy(row: number): number;
}

/** The key of a cluster. */
export function keyOfCluster(history: History, { writer }: Clusters, cluster: number): number {
  if (cluster < history.valueCount) return history.keyOfValue(cluster);
  const key = cluster - history.valueCount;
  return key < history.keys.length ? key : history.key[writer[cluster]!]!;
}

/**
 * Sorts operations into clusters. Indefinite writes are kept only if a successful operation depends on them, directly or
 * through compare-and-sets: the others can be placed after everything. That is exact as long as nobody observed an absence.
 */
export function findClusters(history: History, budget: Budget): Clusters {
  const builder = new ClusterBuilder(history);
  for (let row = 0; row < history.length; row++) {
    budget.tick();
    builder.add(row);
  }
  return builder;
}

class ClusterBuilder implements Clusters {
  readonly values: RegisterValues;
  readonly writer: Int32Array;
  readonly leastReturn: Int32Array;
  readonly leastReturnRow: Int32Array;
  readonly latestInvocation: Int32Array;
  readonly latestInvocationRow: Int32Array;
  readonly successor: Int32Array;
  readonly supporter: Int32Array;
  readonly attached: Uint8Array;
  readonly undecided = new Map<number, string>();
  readonly forks: [number, number][] = [];
  readonly untraced: number[] = [];
  judged = 0;
  readonly #isTraceable: Uint8Array;
  readonly #history: History;
  readonly #deletions: ReadonlyMap<number, number>;

  constructor(history: History) {
    this.#history = history;
    this.values = registerValues(history);
    this.#isTraceable = traceableKeys(history, this.values);
    const states = history.valueCount + history.keys.length;
    this.#deletions = new Map(deletionsIn(history, this.values).map((row, i) => [row, states + i]));
    const count = states + this.#deletions.size;
    this.writer = new Int32Array(count).fill(NONE);
    this.leastReturn = new Int32Array(count).fill(NEVER);
    this.leastReturnRow = new Int32Array(count).fill(NONE);
    this.latestInvocation = new Int32Array(count).fill(NONE);
    this.latestInvocationRow = new Int32Array(count).fill(NONE);
    this.successor = new Int32Array(count).fill(NONE);
    this.supporter = new Int32Array(count).fill(NONE);
    this.attached = new Uint8Array(count);
  }

  begunBy(row: number): number {
    return this.#begunBy(row, writtenBy(this.#history, row));
  }

  #begunBy(row: number, written: number): number {
    return written >= 0 ? written : this.#deletions.get(row)!;
  }

  add(row: number): void {
    const history = this.#history;
    const key = history.key[row]!;
    if (!counts(history, this.values, row)) return;
    this.judged++;
    if (this.#isTraceable[key] === 0) {
      this.#doubt(key, this.values.problems.get(key)!);
    } else if (sawOnlyAbsence(history, row)) {
      this.#doubt(key, "a refused compare-and-set did not tell the value it found");
    } else {
      const written = writtenBy(history, row);
      if (written !== ABSENT) this.writer[this.#begunBy(row, written)] = row;
      const read = readBy(history, row);
      if (read !== ABSENT) this.#addRead(row, read, written);
    }
  }

  #addRead(row: number, value: number, written: number): void {
    const history = this.#history;
    const key = history.key[row]!;
    if (value === NONE && isAmbiguousNull(history, this.values, row)) {
      this.#doubt(key, "a read of null may have seen a deletion");
      return;
    }
    const cluster = this.#clusterRead(key, value);
    if (cluster < history.valueCount && this.values.writer[cluster]! < 0) {
      this.untraced.push(row);
      return;
    }
    this.#support(cluster, row);
    if (written === ABSENT) this.#extend(cluster, row);
    else this.#attach(cluster, row);
  }

  #clusterRead(key: number, value: number): number {
    const isInitial = value === NONE || this.values.writer[value] === SOURCE.initial;
    return isInitial ? this.#history.valueCount + key : value;
  }

  /** Keeps the indefinite writes that this cluster depends on. */
  #support(from: number, reader: number): void {
    const history = this.#history;
    let cluster = from;
    let supporter = reader;
    while (cluster < history.valueCount && this.writer[cluster] === NONE) {
      const row = this.values.writer[cluster]!;
      this.writer[cluster] = row;
      this.supporter[cluster] = supporter;
      supporter = row;
      const expected = history.status[row] === STATUS.ok ? ABSENT : history.expectedOf(row);
      if (expected === ABSENT) return;
      const key = history.key[row]!;
      if (expected === NONE && this.values.firstDelete[key] !== NEVER) {
        this.#doubt(key, "an indefinite compare-and-set may have replaced a deletion");
        return;
      }
      cluster = this.#clusterRead(key, expected);
      if (cluster < history.valueCount && this.values.writer[cluster]! < 0) {
        this.untraced.push(row);
        return;
      }
      this.#attach(cluster, row);
    }
  }

  #attach(cluster: number, row: number): void {
    const other = this.successor[cluster]!;
    if (other === NONE) this.successor[cluster] = row;
    else this.forks.push([other, row]);
    this.attached[this.begunBy(row)] = 1;
  }

  #extend(cluster: number, row: number): void {
    const inv = this.#history.invRank[row]!;
    const ret = this.#history.retRank[row]!;
    if (ret < this.leastReturn[cluster]!) {
      this.leastReturn[cluster] = ret;
      this.leastReturnRow[cluster] = row;
    }
    if (inv > this.latestInvocation[cluster]!) {
      this.latestInvocation[cluster] = inv;
      this.latestInvocationRow[cluster] = row;
    }
  }

  #doubt(key: number, reason: string): void {
    if (!this.undecided.has(key)) this.undecided.set(key, reason);
  }
}

/** Successful operations on registers, final reads left out. */
function counts(history: History, { isRegister }: RegisterValues, row: number): boolean {
  const key = history.key[row]!;
  return key !== NONE && isRegister[key] === 1 && history.status[row] === STATUS.ok && !isFinal(history, row);
}

/** Deletions that happened. No read can be traced to one, so each has a cluster of its own. */
function deletionsIn(history: History, values: RegisterValues): number[] {
  if (values.firstDelete.every((rank) => rank === NEVER)) return [];
  const rows: number[] = [];
  for (let row = 0; row < history.length; row++) {
    if (counts(history, values, row) && writtenBy(history, row) === NONE) rows.push(row);
  }
  return rows;
}
