import { FLAG, type History, NONE } from "#core/history";
import type { LagStats } from "#core/run";
import type { Nanoseconds } from "#core/units";
import { faultEvents } from "./fault-events.ts";
import { quantilesOf } from "./quantiles.ts";
import { endOf } from "./words.ts";

/** As many as a plot can show apart. */
const BUCKETS = 120;

type Healing = LagStats["healings"][number];

/** What one node's reads after a healing showed. */
interface Recovery {
  reads: number;
  stale: number;
  /** Row of the last read that lacked what was known before the healing, or NONE. */
  last: number;
  /** Row of the first one after that, or NONE. */
  next: number;
}

interface OfNode {
  reads: number;
  readonly stale: number[];
  /** By bucket; below 0: no read. */
  readonly worst: Float64Array;
  /** By position of the healing. */
  readonly recoveries: (Recovery | undefined)[];
}

/** Collects how far behind the reads of each node were: `LagStats`. O(reads × log healings). */
export class NodeLags {
  readonly #history: History;
  readonly #from: Nanoseconds;
  readonly #bucket: Nanoseconds;
  readonly #healings: readonly Omit<Healing, "nodes">[];
  /** By node id; in order of first reads. */
  readonly #nodes = new Map<number, OfNode>();

  constructor(history: History) {
    this.#history = history;
    const { from, to } = spanOf(history);
    this.#from = from;
    this.#bucket = Math.max(1, Math.ceil((to - from) / BUCKETS));
    this.#healings = healingsOf(history, to);
  }

  /**
   * Rows ascend.
   * @param behind nanoseconds for which what the read lacks had been known before it began; 0: it lacks nothing
   */
  add(row: number, behind: Nanoseconds): void {
    const id = this.#history.node[row]!;
    if (id === NONE) return;
    const node = this.#nodeOf(id);
    const time = this.#history.invTime[row]!;
    node.reads++;
    if (behind > 0) node.stale.push(behind);
    const at = Math.min(BUCKETS - 1, Math.max(0, Math.floor((time - this.#from) / this.#bucket)));
    if (behind > node.worst[at]!) node.worst[at] = behind;
    const healing = healingAt(this.#healings, time);
    if (healing !== NONE)
      this.#recovers(node, healing, row, behind > 0 && time - behind < this.#healings[healing]!.at);
  }

  result(): LagStats {
    const named = [...this.#nodes].map(([id, node]) => [this.#history.nodeNames[id]!, node] as const);
    return {
      from: this.#from,
      bucket: this.#bucket,
      nodes: Object.fromEntries(named.map(([name, node]) => [name, lagOf(node)])),
      healings: this.#healings.map((healing, i) => ({
        ...healing,
        nodes: Object.fromEntries(
          named.flatMap(([name, { recoveries }]) => {
            const recovery = recoveries[i];
            return recovery === undefined ? [] : [[name, this.#caughtUp(healing.at, recovery)]];
          }),
        ),
      })),
    };
  }

  #nodeOf(id: number): OfNode {
    let node = this.#nodes.get(id);
    if (node === undefined) {
      node = { reads: 0, stale: [], worst: new Float64Array(BUCKETS).fill(-1), recoveries: [] };
      this.#nodes.set(id, node);
    }
    return node;
  }

  #recovers({ recoveries }: OfNode, healing: number, row: number, lacks: boolean): void {
    const recovery = (recoveries[healing] ??= { reads: 0, stale: 0, last: NONE, next: NONE });
    recovery.reads++;
    if (lacks) {
      recovery.stale++;
      recovery.last = row;
      recovery.next = NONE;
    } else if (recovery.next === NONE) recovery.next = row;
  }

  #caughtUp(at: Nanoseconds, { reads, stale, last, next }: Recovery): Healing["nodes"][string] {
    return {
      reads,
      stale,
      lower: last === NONE ? 0 : this.#history.invTime[last]! - at,
      upper: next === NONE ? null : endOf(this.#history, next) - at,
    };
  }
}

function lagOf({ reads, stale, worst }: OfNode): LagStats["nodes"][string] {
  const last = worst.findLastIndex((behind) => behind >= 0);
  return {
    reads,
    stale: stale.length,
    behind: quantilesOf(stale),
    worst: Array.from(worst.subarray(0, last + 1), (behind) => (behind < 0 ? null : behind)),
  };
}

/** Position of the healing after which a read began, if no fault had come since; else NONE. */
function healingAt(healings: readonly Omit<Healing, "nodes">[], time: Nanoseconds): number {
  let low = 0;
  let high = healings.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (healings[middle]!.at <= time) low = middle + 1;
    else high = middle;
  }
  return low === 0 || time > healings[low - 1]!.until ? NONE : low - 1;
}

/** Of what is outside the final phase. Recorders may begin to count at any time. */
function spanOf({ length, flags, invTime }: History): {
  readonly from: Nanoseconds;
  readonly to: Nanoseconds;
} {
  let from = Number.POSITIVE_INFINITY;
  let to = Number.NEGATIVE_INFINITY;
  for (let row = 0; row < length; row++) {
    if ((flags[row]! & FLAG.final) !== 0) continue;
    from = Math.min(from, invTime[row]!);
    to = Math.max(to, invTime[row]!);
  }
  return from > to ? { from: 0, to: 0 } : { from, to };
}

/** Healings after which no fault was in force, each up to the next fault. */
function healingsOf(history: History, last: Nanoseconds): Omit<Healing, "nodes">[] {
  const inForce = new Set<number>();
  const healings: Omit<Healing, "nodes">[] = [];
  for (const { id, phase, time } of faultEvents(history)) {
    const open = healings.at(-1);
    if (phase !== "healed") {
      if (phase === "start" && open !== undefined && inForce.size === 0 && time < open.until)
        healings[healings.length - 1] = { ...open, until: time };
      if (phase !== "healing") inForce.add(id);
      continue;
    }
    inForce.delete(id);
    if (inForce.size === 0 && time < last) healings.push({ fault: id, at: time, until: last });
  }
  return healings;
}
