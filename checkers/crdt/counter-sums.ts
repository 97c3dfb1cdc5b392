import type { Budget } from "#core/budget";
import type { History } from "#core/history";
import { keyWords, plural, valueWords } from "../words.ts";
import { type Counts, sumOf } from "./counts.ts";
import type { CrdtFinding, CrdtVerdict } from "./crdt-checker.ts";
import { type CrdtObject, maySee, nodeOf } from "./crdt-objects.ts";
import { SubsetSums } from "./sums.ts";

const UNLISTED = "the increments make too many different sums to list";

/**
 * What each read of a counter may show by itself: in the end all acknowledged increments and any of the indefinite ones;
 * during the run any of the increments begun before the read returned, for real time makes nothing visible. Exact under
 * eventual visibility. O(n log n) where increments are alike.
 */
export function judgeSums(history: History, object: CrdtObject, counts: Counts, budget: Budget): CrdtVerdict {
  const findings: CrdtFinding[] = [];
  let undecided: string | undefined;
  const certain = sumOf(counts.acknowledged, counts.by);
  const low: number[] = [];
  const reads = object.reads.toSorted((a, b) => history.retRank[a]! - history.retRank[b]!);
  const [inEnd, during] = [new SubsetSums(), new SubsetSums()];
  const open = [new Pending(counts.indefinite), new Pending(counts.updates)] as const;
  for (const read of reads) {
    const isLast = object.last.has(read);
    const [sums, pending, base] = isLast ? [inEnd, open[0], certain] : [during, open[1], 0];
    for (const update of pending.takeWhile((row) => maySee(history, read, row))) {
      budget.tick();
      sums.add(counts.by(update));
    }
    const sum = counts.shown(read) - base;
    const isPossible = sums.has(sum);
    if (isPossible === undefined) undecided = UNLISTED;
    if (isPossible !== false) continue;
    if (isLast && sum < sums.low) low.push(read);
    else findings.push(impossible(history, object, counts, read, sum > sums.high));
  }
  if (low.length > 0) findings.push(tooLow(history, object, counts, low));
  return { findings, undecided };
}

/** Rows in order, taken one by one. */
class Pending {
  readonly #rows: readonly number[];
  #next = 0;

  constructor(rows: readonly number[]) {
    this.#rows = rows;
  }

  *takeWhile(accepts: (row: number) => boolean): Generator<number> {
    while (this.#next < this.#rows.length && accepts(this.#rows[this.#next]!))
      yield this.#rows[this.#next++]!;
  }
}

/** A value that no choice of increments gives. */
function impossible(
  history: History,
  { key, last }: CrdtObject,
  { updates, by }: Counts,
  read: number,
  isHigh: boolean,
): CrdtFinding {
  const isLast = last.has(read);
  const before = updates.filter((row) => maySee(history, read, row));
  // Of what lowers a counter only what must be visible bounds it from above.
  const proof = isHigh && !isLast ? before.filter((row) => by(row) > 0) : before;
  const high = sumOf(
    before.filter((row) => by(row) > 0),
    by,
  );
  const what = `${keyWords(history, key)} shows ${shownWords(history, read)} on ${nodeOf(history, read)}`;
  return {
    type: isHigh ? "surplus-increment" : "counter-mismatch",
    severity: isLast ? 1 : 0,
    rows: [...proof, ...(isLast ? last : []), read],
    explanation: isHigh
      ? `${what}, but all increments begun by then add up to ${high}: something was counted more than once${updates.some((row) => by(row) < 0) ? ", or a decrement is missing" : ""}`
      : `${what}, which no choice among the ${plural(before.length, "increment")} begun by then adds up to`,
  };
}

/** Last reads that show less than everything acknowledged: lost if no node shows enough, else the nodes have diverged. */
function tooLow(history: History, object: CrdtObject, counts: Counts, low: readonly number[]): CrdtFinding {
  const { last, key } = object;
  const { acknowledged, indefinite, updates, by, shown } = counts;
  const isLost = low.length === last.size;
  const least = sumOf(acknowledged, by) + sumOf(indefinite, (row) => Math.min(0, by(row)));
  const best = low.reduce((most, row) => Math.max(most, shown(row)), Number.MIN_SAFE_INTEGER);
  const values = low.map((row) => `${shownWords(history, row)} on ${nodeOf(history, row)}`).join(", ");
  const initial = least + ((object.spec.initial as number | null) ?? 0);
  return {
    type: isLost ? "vanished-increment" : "diverged",
    severity: least - best,
    rows: [...(isLost ? enough(counts, best) : updates), ...last],
    explanation: `${keyWords(history, key)} shows ${values} in the end, but the ${plural(acknowledged.length, "acknowledged increment")} make it at least ${initial}${isLost ? "" : ": other nodes have them"}`,
  };
}

/** All that lowers the counter, and as few of the largest acknowledged increments as together make more than `value`. */
function enough({ acknowledged, updates, by }: Counts, value: number): number[] {
  const lowering = updates.filter((row) => by(row) < 0);
  let sum = sumOf(lowering, by);
  const chosen: number[] = [];
  for (const row of acknowledged.filter((one) => by(one) > 0).toSorted((a, b) => by(b) - by(a))) {
    if (sum > value) break;
    sum += by(row);
    chosen.push(row);
  }
  return [...lowering, ...chosen];
}

const shownWords = (history: History, read: number): string => valueWords(history.operation(read).value ?? 0);
