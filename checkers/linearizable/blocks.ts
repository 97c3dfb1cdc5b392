import type { Budget } from "#core/budget";
import { type History, NEVER, NONE } from "#core/history";
import { byRank } from "../by-rank.ts";
import { groupRows } from "../groups.ts";
import { type Clusters, keyOfCluster } from "./clusters.ts";

/**
 * A cluster with the chain of clusters that compare-and-sets attached to it: every linearization keeps these operations
 * together. `first` is the least return in it (and which row attains it), `last` the latest invocation; where `first` is
 * before `last`, the block was certainly in force in between.
 */
export interface Block {
  readonly root: number;
  readonly first: number;
  readonly firstRow: number;
  readonly last: number;
  readonly lastRow: number;
}

/** No order of the two blocks (or of the operations of one) explains both. */
export interface Conflict {
  readonly key: number;
  /** The block that has to come first, with the operation of it that was invoked too late … */
  readonly earlier: Block;
  readonly after: number;
  /** … after this operation of the other block had returned. */
  readonly later: Block;
  readonly before: number;
}

/**
 * Orders the blocks of each key by min(first, last) and verifies that order: where it fails, the key is not linearizable.
 * Finds one conflict per key. O(n log n). Source: Gibbons and Korach 1997, extended to chains and indefinite writes.
 */
export function findConflicts(history: History, clusters: Clusters, budget: Budget): Conflict[] {
  const { rows: roots, start } = orderedRoots(history, clusters);
  const conflicts: Conflict[] = [];
  for (let key = 0; key < history.keys.length; key++) {
    if (clusters.values.isRegister[key] === 0) continue;
    const scan = new Scan(history, clusters, key);
    const order = roots.subarray(start[key], start[key + 1]);
    const conflict = scan.firstConflict(history.valueCount + key, order, budget);
    if (conflict !== undefined) conflicts.push(conflict);
  }
  return conflicts;
}

/**
 * Clusters that begin a block, by key; initial states left out. Those of a key by min(first, last) of their blocks: these
 * ranks are all different.
 */
function orderedRoots(history: History, clusters: Clusters): { rows: Int32Array; start: Int32Array } {
  const { writer, attached } = clusters;
  const keyOf = new Int32Array(writer.length);
  const roots = new Int32Array(writer.length);
  const zones = new Int32Array(writer.length);
  let count = 0;
  for (let cluster = 0; cluster < writer.length; cluster++) {
    if (writer[cluster] === NONE || attached[cluster] === 1) continue;
    keyOf[cluster] = keyOfCluster(history, clusters, cluster);
    zones[count] = zoneStart(history, clusters, cluster);
    roots[count++] = cluster;
  }
  const order = byRank(zones.subarray(0, count));
  for (let i = 0; i < count; i++) order[i] = roots[order[i]!]!;
  return groupRows(order, keyOf, history.keys.length);
}

function zoneStart(history: History, clusters: Clusters, root: number): number {
  const { writer, leastReturn, latestInvocation } = clusters;
  let first = NEVER;
  let last = NONE;
  for (let cluster = root; cluster !== NONE; cluster = nextOf(clusters, cluster)) {
    const row = writer[cluster]!;
    if (row !== NONE) {
      first = Math.min(first, history.retRank[row]!);
      last = Math.max(last, history.invRank[row]!);
    }
    first = Math.min(first, leastReturn[cluster]!);
    last = Math.max(last, latestInvocation[cluster]!);
  }
  return Math.min(first, last);
}

/** The cluster that a compare-and-set attached to this one, or NONE. */
export function nextOf(clusters: Clusters, cluster: number): number {
  const row = clusters.successor[cluster]!;
  return row === NONE ? NONE : clusters.begunBy(row);
}

/** The block that begins with a cluster. An initial state was there before everything. */
export function blockOf(history: History, clusters: Clusters, root: number): Block {
  const isInitial = clusters.writer[root] === NONE;
  let [first, firstRow] = [isInitial ? NONE : NEVER, NONE];
  let [last, lastRow] = [NONE, NONE];
  const note = (row: number): void => {
    if (row === NONE) return;
    if (history.retRank[row]! < first) [first, firstRow] = [history.retRank[row]!, row];
    if (history.invRank[row]! > last) [last, lastRow] = [history.invRank[row]!, row];
  };
  for (let cluster = root; cluster !== NONE; cluster = nextOf(clusters, cluster)) {
    note(clusters.writer[cluster]!);
    note(clusters.leastReturnRow[cluster]!);
    note(clusters.latestInvocationRow[cluster]!);
  }
  return { root, first, firstRow, last, lastRow };
}

/** Goes through the operations of one key in the proposed order; each must return after all before it were invoked. */
class Scan {
  readonly #history: History;
  readonly #clusters: Clusters;
  readonly #key: number;
  #latest = NONE;
  #latestRow = NONE;
  #latestRoot = NONE;

  constructor(history: History, clusters: Clusters, key: number) {
    this.#history = history;
    this.#clusters = clusters;
    this.#key = key;
  }

  firstConflict(initial: number, order: Int32Array, budget: Budget): Conflict | undefined {
    let before = this.#scanBlock(initial);
    if (before !== NONE) return this.#conflict(initial, before);
    for (const root of order) {
      budget.tick();
      before = this.#scanBlock(root);
      if (before !== NONE) return this.#conflict(root, before);
    }
    return undefined;
  }

  /** @returns an operation of the block that returned too early, or NONE */
  #scanBlock(root: number): number {
    const { writer, leastReturn, leastReturnRow, latestInvocation, latestInvocationRow } = this.#clusters;
    for (let cluster = root; cluster !== NONE; cluster = nextOf(this.#clusters, cluster)) {
      const row = writer[cluster]!;
      if (row !== NONE) {
        if (this.#history.retRank[row]! < this.#latest) return row;
        this.#pass(this.#history.invRank[row]!, row, root);
      }
      if (leastReturn[cluster]! < this.#latest) return leastReturnRow[cluster]!;
      this.#pass(latestInvocation[cluster]!, latestInvocationRow[cluster]!, root);
    }
    return NONE;
  }

  #pass(inv: number, row: number, root: number): void {
    if (inv <= this.#latest) return;
    this.#latest = inv;
    this.#latestRow = row;
    this.#latestRoot = root;
  }

  #conflict(root: number, before: number): Conflict {
    return {
      key: this.#key,
      earlier: blockOf(this.#history, this.#clusters, this.#latestRoot),
      after: this.#latestRow,
      later: blockOf(this.#history, this.#clusters, root),
      before,
    };
  }
}
