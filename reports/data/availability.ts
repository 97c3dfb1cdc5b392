import { FLAG, type History, NONE, STATUS } from "#core/history";
import { FUNCTIONS } from "#core/functions";
import type { Nanoseconds } from "#core/units";
import { printable } from "../printable.ts";
import type { Availability, FaultBand, NodeAvailability } from "../schema.ts";
import { quantiles } from "./operations.ts";
import { endOf, type Span } from "./times.ts";

const READS: ReadonlySet<number> = new Set(
  (["read", "contains", "poll"] as const).map((f) => FUNCTIONS.indexOf(f)),
);

/**
 * How the store answered during each fault, by node, and how long operations took with and without one. `undefined` where no
 * time was recorded. Final reads are left out: they come after healing. O(operations × faults in force at once).
 */
export function availabilityOf(
  history: History,
  bands: readonly FaultBand[],
  span: Span,
): Availability | undefined {
  if (!span.timed || history.length === 0) return undefined;
  const calm: number[] = [];
  const faulty: number[] = [];
  const during = bands.map((band) => new During(band, band.to ?? span.to));
  for (let row = 0; row < history.length; row++) {
    if (((history.flags[row] as number) & FLAG.final) !== 0) continue;
    const start = history.invTime[row] as number;
    const end = endOf(history, row) ?? span.to;
    const isOk = history.status[row] === STATUS.ok;
    let touched = false;
    for (const each of during) {
      if (each.from > end || each.to < start) continue;
      touched = true;
      if (end <= each.to) each.count(history, row, end, isOk);
    }
    if (isOk) (touched ? faulty : calm).push(end - start);
  }
  return {
    faults: during.map((each) => each.result(history)),
    latency: { calm: quantilesOf(calm), faulty: quantilesOf(faulty) },
  };
}

const quantilesOf = (values: readonly number[]): Availability["latency"]["calm"] =>
  values.length === 0 ? null : quantiles(Float64Array.from(values).sort());

/** What ended while one fault was in force. */
class During {
  readonly from: Nanoseconds;
  readonly to: Nanoseconds;
  readonly #id: number;
  readonly #nodes = new Map<number, { reads: Tally; updates: Tally }>();

  constructor(band: FaultBand, to: Nanoseconds) {
    this.from = band.from;
    this.to = to;
    this.#id = band.id;
  }

  count(history: History, row: number, at: Nanoseconds, isOk: boolean): void {
    const node = history.node[row] as number;
    const known = this.#nodes.get(node) ?? { reads: new Tally(), updates: new Tally() };
    this.#nodes.set(node, known);
    const isRead = READS.has(history.f[row] as number);
    (isRead ? known.reads : known.updates).add(at, isOk);
  }

  result(history: History): Availability["faults"][number] {
    const nodes = [...this.#nodes]
      .map(
        ([node, { reads, updates }]): NodeAvailability => ({
          node: node === NONE ? null : printable(history.nodeNames[node] ?? "?", 60),
          reads: reads.result(this.from, this.to),
          updates: updates.result(this.from, this.to),
        }),
      )
      .sort((a, b) => (a.node ?? "\uffff").localeCompare(b.node ?? "\uffff", "en", { numeric: true }));
    return { id: this.#id, nodes };
  }
}

/** Operations that ended, and when those that succeeded or did not. */
class Tally {
  readonly #ok: Nanoseconds[] = [];
  #total = 0;

  add(at: Nanoseconds, isOk: boolean): void {
    this.#total++;
    if (isOk) this.#ok.push(at);
  }

  /** `silent`: the longest stretch of the fault without a success; 0 if nothing was asked for or nothing failed. */
  result(from: Nanoseconds, to: Nanoseconds): NodeAvailability["reads"] {
    const ok = this.#ok.length;
    if (ok === this.#total) return { ok, total: this.#total, silent: 0 };
    const moments = [from, ...this.#ok.sort((a, b) => a - b), to];
    const silent = moments.reduce(
      (most, at, i) => (i === 0 ? most : Math.max(most, at - (moments[i - 1] as number))),
      0,
    );
    return { ok, total: this.#total, silent };
  }
}
