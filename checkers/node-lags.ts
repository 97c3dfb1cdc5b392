import { FLAG, type History, NONE } from "#core/history";
import type { LagStats } from "#core/run";
import type { Nanoseconds } from "#core/units";
import { faultEvents } from "./fault-events.ts";
import { quantilesOf } from "./quantiles.ts";
import { endOf } from "./words.ts";

/** As many as a plot can show apart. */
const BUCKETS = 120;

type Healing = LagStats["healings"][number];

/** Collects how far behind the reads of each node were: `LagStats`. O(reads × log healings). */
export class NodeLags {
  readonly #history: History;
  /** By row; NaN: not measured. */
  readonly #behind: Float64Array;

  constructor(history: History) {
    this.#history = history;
    this.#behind = new Float64Array(history.length).fill(Number.NaN);
  }

  /** @param behind nanoseconds for which what the read lacks had been known before it began; 0: it lacks nothing */
  add(row: number, behind: Nanoseconds): void {
    this.#behind[row] = behind;
  }

  result(): LagStats {
    const history = this.#history;
    const rows = [...this.#behind.keys()].filter(
      (row) => !Number.isNaN(this.#behind[row]) && history.node[row] !== NONE,
    );
    const byNode = Map.groupBy(rows, (row) => history.nodeNames[history.node[row]!]!);
    const { from, to } = spanOf(history);
    const bucket = Math.max(1, Math.ceil((to - from) / BUCKETS));
    const healings = healingsOf(history, to).map((healing) => ({ ...healing, nodes: {} }));
    for (const [node, reads] of byNode) this.#addHealings(healings, node, reads);
    return {
      from,
      bucket,
      nodes: Object.fromEntries(
        byNode.entries().map(([node, reads]) => [node, this.#ofNode(reads, from, bucket)]),
      ),
      healings,
    };
  }

  #addHealings(healings: readonly Healing[], node: string, rows: readonly number[]): void {
    const { invTime } = this.#history;
    const reads = Map.groupBy(rows, (row) => healingAt(healings, invTime[row]!));
    for (const [healing, after] of reads) {
      if (healing !== undefined) healing.nodes[node] = this.#after(healing.at, after);
    }
  }

  #ofNode(rows: readonly number[], from: Nanoseconds, bucket: Nanoseconds): LagStats["nodes"][string] {
    const worst: (number | null)[] = [];
    const stale: number[] = [];
    for (const row of rows) {
      const behind = this.#behind[row]!;
      const at = Math.min(
        BUCKETS - 1,
        Math.max(0, Math.floor((this.#history.invTime[row]! - from) / bucket)),
      );
      while (worst.length <= at) worst.push(null);
      worst[at] = Math.max(worst[at] ?? 0, behind);
      if (behind > 0) stale.push(behind);
    }
    return { reads: rows.length, stale: stale.length, behind: quantilesOf(stale), worst };
  }

  #after(at: Nanoseconds, reads: readonly number[]): Healing["nodes"][string] {
    const { invTime } = this.#history;
    const lacking = reads.filter((row) => this.#behind[row]! > 0 && invTime[row]! - this.#behind[row]! < at);
    const last = lacking.at(-1);
    const next = reads.find((row) => last === undefined || row > last);
    return {
      reads: reads.length,
      stale: lacking.length,
      lower: last === undefined ? 0 : invTime[last]! - at,
      upper: next === undefined ? null : endOf(this.#history, next) - at,
    };
  }
}

/** The healing after which a read began, if no fault had come since. */
function healingAt(healings: readonly Healing[], time: Nanoseconds): Healing | undefined {
  let low = 0;
  let high = healings.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (healings[middle]!.at <= time) low = middle + 1;
    else high = middle;
  }
  const healing = healings[low - 1];
  return healing === undefined || time > healing.until ? undefined : healing;
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
