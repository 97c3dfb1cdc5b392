import type { Budget } from "#core/budget";
import { type Checker, type CheckResult, MAX_ANOMALIES } from "#core/checker";
import { FLAG, type History, NEVER, NONE, STATUS } from "#core/history";
import { FUNCTIONS } from "#core/operation";
import type { ConvergenceStats } from "#core/run";
import type { Nanoseconds } from "#core/units";
import type { Anomaly, ModelResult } from "#core/verdict";
import { groupRows, rowsWhere } from "../groups.ts";
import { type LastRound, lastRounds } from "../last-round.ts";
import { keyWords, someOf, valueWords } from "../words.ts";

const READ = FUNCTIONS.indexOf("read");
const WRITES: ReadonlySet<number> = new Set(
  (["write", "add", "append", "cas"] as const).map((f) => FUNCTIONS.indexOf(f)),
);

/**
 * After healing and quiescence every node must show the same value for every key. Two last reads that differ have
 * diverged, unless a write that nobody acknowledged shows for the first time in the last round: it may be landing just
 * then. Times per node are intervals: [last disagreeing read, next agreeing one] since the last fault was healed.
 */
export const convergence: Checker = {
  name: "convergence",
  summary: "whether all nodes show the same values in the end, and when each had caught up",
  models: ["convergence"],
  partition: "key",
  applies: (history) => history.flags.some((flags) => (flags & FLAG.final) !== 0),
  check: (history, budget) => new ConvergenceCheck(history, budget).run(),
};

/** Two nodes that show different values of one key in the end. */
interface Difference {
  readonly key: number;
  readonly one: number;
  readonly other: number;
}

/** By value id. */
interface ValueFacts {
  /** Row of the first write that may have happened, or NONE. */
  readonly firstWriter: Int32Array;
  readonly acknowledged: Uint8Array;
  /** Whether a read before the last round returned it. */
  readonly readEarlier: Uint8Array;
}

function valueFacts(history: History, rounds: ReadonlyMap<number, LastRound>): ValueFacts {
  const { f, value, status, length, valueCount } = history;
  const firstWriter = new Int32Array(valueCount).fill(NONE);
  const acknowledged = new Uint8Array(valueCount);
  const readEarlier = new Uint8Array(valueCount);
  const last = new Set([...rounds.values()].flatMap(({ rows }) => rows));
  for (let row = 0; row < length; row++) {
    const id = value[row] ?? NONE;
    if (f[row] === READ && status[row] === STATUS.ok && !last.has(row)) {
      if (id !== NONE) readEarlier[id] = 1;
      for (const element of history.elementsOf(row)) readEarlier[element] = 1;
    } else if (id !== NONE && WRITES.has(f[row] ?? 0) && status[row] !== STATUS.fail) {
      if (firstWriter[id] === NONE) firstWriter[id] = row;
      if (status[row] === STATUS.ok) acknowledged[id] = 1;
    }
  }
  return { firstWriter, acknowledged, readEarlier };
}

class ConvergenceCheck {
  readonly #history: History;
  readonly #budget: Budget;
  readonly #rounds: ReadonlyMap<number, LastRound>;
  readonly #finalReads: Int32Array;
  readonly #values: ValueFacts;

  constructor(history: History, budget: Budget) {
    this.#history = history;
    this.#budget = budget;
    this.#rounds = lastRounds(history);
    this.#values = valueFacts(history, this.#rounds);
    const { f, flags, status } = history;
    this.#finalReads = rowsWhere(
      history.length,
      (row) => f[row] === READ && status[row] === STATUS.ok && ((flags[row] ?? 0) & FLAG.final) !== 0,
    );
  }

  run(): CheckResult {
    const differences: Difference[] = [];
    const landing: number[] = [];
    for (const [key, round] of this.#rounds) {
      this.#budget.tick();
      const difference = this.#differenceOf(key, round);
      if (difference === undefined) continue;
      if (this.#mayBeLanding(difference)) landing.push(key);
      else differences.push(difference);
    }
    return {
      results: [this.#result(differences, landing)],
      anomalies: differences.slice(0, MAX_ANOMALIES).map((difference) => this.#anomaly(difference)),
      counts: { diverged: differences.length },
      stats: { convergence: this.#stats(differences) },
    };
  }

  #differenceOf(key: number, { rows }: LastRound): Difference | undefined {
    const [one] = rows;
    if (one === undefined) return undefined;
    const other = rows.find((row) => !this.#sameValue(one, row));
    return other === undefined ? undefined : { key, one, other };
  }

  #sameValue(a: number, b: number): boolean {
    const { flags, value } = this.#history;
    const lists = ((flags[a] ?? 0) & (flags[b] ?? 0) & FLAG.list) !== 0;
    if (!lists)
      return value[a] === value[b] && ((flags[a] ?? 0) & FLAG.list) === ((flags[b] ?? 0) & FLAG.list);
    const [left, right] = [this.#comparable(a), this.#comparable(b)];
    return left.length === right.length && left.every((id, i) => id === right[i]);
  }

  /** Elements in an order that equal values share: lists and texts have their own, sets have none. */
  #comparable(row: number): Int32Array {
    const { type } = this.#history.objectOf(this.#history.key[row] ?? NONE);
    const elements = this.#history.elementsOf(row);
    return type === "list" || type === "text" ? elements : elements.toSorted();
  }

  /** Whether all that differs was written without acknowledgement and read by nobody before the last round. */
  #mayBeLanding(difference: Difference): boolean {
    const ids = this.#differingValues(difference);
    return ids.length > 0 && ids.some((id) => this.#isLanding(id));
  }

  #isLanding(id: number): boolean {
    const { firstWriter, acknowledged, readEarlier } = this.#values;
    return firstWriter[id] !== NONE && acknowledged[id] === 0 && readEarlier[id] === 0;
  }

  /** Value ids that one of the two reads shows and the other does not. */
  #differingValues({ one, other }: Difference): number[] {
    const shown = (row: number): number[] => {
      const elements = [...this.#history.elementsOf(row)];
      const value = this.#history.value[row] ?? NONE;
      return elements.length > 0 || value === NONE ? elements : [value];
    };
    const [left, right] = [new Set(shown(one)), new Set(shown(other))];
    return [...left.symmetricDifference(right)];
  }

  #result(differences: readonly Difference[], landing: readonly number[]): ModelResult {
    const model = "convergence";
    if (differences.length > 0) return { model, verdict: "violated" };
    if (landing.length > 0) {
      const names = someOf(landing.map((key) => keyWords(this.#history, key)));
      const reason = `an unacknowledged write was landing during the last reads of ${names}: read again later`;
      return { model, verdict: "unknown", reason };
    }
    const unread = [...this.#rounds].find(([, round]) => round.missing.length > 0);
    if (unread !== undefined) {
      const [key, { missing }] = unread;
      return {
        model,
        verdict: "unknown",
        reason: `${missing.join(", ")}: no last read of ${keyWords(this.#history, key)}`,
      };
    }
    const single = [...this.#rounds.values()].every(({ rows }) => rows.length < 2);
    if (single) return { model, verdict: "not-applicable", reason: "only one node was read at the end" };
    return { model, verdict: "satisfied" };
  }

  #anomaly(difference: Difference): Anomaly {
    const history = this.#history;
    const { key, one, other } = difference;
    const differing = this.#differingValues(difference);
    const writers = differing.map((id) => this.#values.firstWriter[id] ?? NONE).filter((row) => row !== NONE);
    return {
      type: "diverged",
      model: "convergence",
      key: keyWords(history, key),
      witness: [...new Set([...writers.slice(0, 2), one, other])]
        .sort((a, b) => a - b)
        .map((row) => history.invRank[row] ?? 0),
      explanation: `${keyWords(history, key)} ${this.#contrast(difference, differing)} after healing`,
    };
  }

  #contrast({ one, other }: Difference, differing: readonly number[]): string {
    const history = this.#history;
    const [left, right] = [history.operation(one), history.operation(other)];
    const [a, b] = [left.node ?? "one node", right.node ?? "another"];
    if (!Array.isArray(left.value) || !Array.isArray(right.value)) {
      return `is ${valueWords(left.value)} on ${a} and ${valueWords(right.value)} on ${b}`;
    }
    const only = differing.map((id) => valueWords(history.valueOf(id)));
    const what = only.length === 0 ? "in different orders" : `: ${someOf(only)} on one of them only`;
    return `has ${left.value.length} elements on ${a} and ${right.value.length} on ${b}${what}`;
  }

  #stats(differences: readonly Difference[]): ConvergenceStats {
    const from = this.#from();
    const byNode = groupRows(this.#finalReads, this.#history.node, this.#history.nodeNames.length);
    const nodes: Record<string, ConvergenceStats["nodes"][string]> = {};
    this.#history.nodeNames.forEach((name, node) => {
      const rows = byNode.rows.subarray(byNode.start[node], byNode.start[node + 1]);
      if (rows.length > 0) nodes[name] = this.#nodeStats(rows, from);
    });
    return { from, keys: this.#rounds.size, divergedKeys: differences.length, nodes };
  }

  /** When updates stopped and the last fault was healed: from then on nodes have only to catch up. */
  #from(): Nanoseconds {
    const { faults, flags, length } = this.#history;
    let from = 0;
    for (const { phase, time } of faults) if (phase === "healed") from = Math.max(from, time);
    for (let row = 0; row < length; row++) {
      if (((flags[row] ?? 0) & FLAG.final) === 0) from = Math.max(from, this.#returned(row));
    }
    return from;
  }

  /**
   * Keys read often in the final phase tell when the node caught up; a key read in the last rounds only says nothing but
   * that it had by then.
   */
  #nodeStats(rows: Int32Array, from: Nanoseconds): ConvergenceStats["nodes"][string] {
    const byKey = Map.groupBy(rows, (row) => this.#history.key[row] ?? NONE);
    const most = Math.max(...[...byKey.values()].map((reads) => reads.length));
    let lower = 0;
    let upper: number | null = 0;
    let disagreeingReads = 0;
    for (const [key, reads] of byKey) {
      if (reads.length * 2 < most) continue;
      const agreed = this.#agreedRow(key);
      const disagreeing = reads.filter((row) => agreed === undefined || !this.#sameValue(row, agreed));
      disagreeingReads += disagreeing.length;
      const lastDisagreeing = disagreeing.at(-1);
      if (lastDisagreeing !== undefined) {
        lower = Math.max(lower, (this.#history.invTime[lastDisagreeing] ?? 0) - from);
      }
      const next = reads.find((row) => row > (lastDisagreeing ?? NONE));
      const agrees: number | null = next === undefined ? null : Math.max(0, this.#returned(next) - from);
      upper = upper === null || agrees === null ? null : Math.max(upper, agrees);
    }
    return { lower, upper, disagreeingReads };
  }

  #returned(row: number): Nanoseconds {
    const { retTime, invTime } = this.#history;
    return retTime[row] === NEVER ? (invTime[row] ?? 0) : (retTime[row] ?? 0);
  }

  /** A last-round read of the value that most nodes show. */
  #agreedRow(key: number): number | undefined {
    const rows = this.#rounds.get(key)?.rows ?? [];
    const votes = rows.map((row) => rows.filter((other) => this.#sameValue(row, other)).length);
    return rows[votes.indexOf(Math.max(...votes))];
  }
}
