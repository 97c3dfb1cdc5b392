import type { Budget } from "#core/budget";
import { type History } from "#core/history";
import { groupRows } from "../groups.ts";
import { keyWords, plural, valueWords, whoWords } from "../words.ts";
import { type Counts, sumOf } from "./counts.ts";
import type { CrdtFinding } from "./crdt-checker.ts";
import { type CrdtObject, isAcknowledged, maySee } from "./crdt-objects.ts";

/** What a session saw, and what it did since. */
interface Seen {
  /** The read, or undefined for the initial value. */
  readonly read: number | undefined;
  /** What the read showed, less the session's own increments until then. */
  readonly rest: number;
  /** How many of its own increments had returned. */
  readonly own: number;
}

/**
 * Sessions that saw their counter lower than they had seen or made it, although nothing can have lowered it: under causal
 * visibility a read shows all that the session's earlier reads showed and all that it did since, and only decrements of
 * others can make up for that. Sound, incomplete. Sessions that run operations side by side are left out.
 */
export function findStepsBack(
  history: History,
  object: CrdtObject,
  counts: Counts,
  budget: Budget,
): CrdtFinding[] {
  const findings: CrdtFinding[] = [];
  const rows = Int32Array.from([...object.updates, ...object.reads]).sort();
  const { start, rows: grouped } = groupRows(rows, history.session, history.sessionNames.length);
  const lowering = counts.updates.filter((row) => counts.by(row) < 0);
  for (let session = 0; session < history.sessionNames.length; session++) {
    const inSession = grouped.subarray(start[session], start[session + 1]);
    if (!isSequential(history, inSession)) continue;
    const found = firstStepBack(history, object, counts, inSession, lowering, budget);
    if (found !== undefined) findings.push(found);
  }
  return findings;
}

/** Whether each operation of a session began after the one before had returned, if it did. */
export function isSequential({ invRank, retRank, status }: History, rows: Int32Array): boolean {
  return rows.every(
    (row, i) => i === 0 || status[rows[i - 1]!] !== 0 || retRank[rows[i - 1]!]! < invRank[row]!,
  );
}

function firstStepBack(
  history: History,
  object: CrdtObject,
  counts: Counts,
  rows: Int32Array,
  lowering: readonly number[],
  budget: Budget,
): CrdtFinding | undefined {
  const own: number[] = [];
  let ownSum = 0;
  let most: Seen = { read: undefined, rest: 0, own: 0 };
  const isRead = new Set(object.reads);
  for (const row of rows) {
    budget.tick();
    if (!isRead.has(row)) {
      if (isAcknowledged(history, row)) {
        own.push(row);
        ownSum += counts.by(row);
      }
      continue;
    }
    const rest = counts.shown(row) - ownSum;
    if (rest < most.rest) {
      const isOwn = new Set(own);
      const others = lowering.filter((update) => !isOwn.has(update) && maySee(history, row, update));
      if (rest < most.rest + sumOf(others, counts.by)) {
        return stepBack(history, object, row, most, [...own.slice(most.own), ...others]);
      }
    } else {
      most = { read: row, rest, own: own.length };
    }
  }
  return undefined;
}

function stepBack(
  history: History,
  { key }: CrdtObject,
  read: number,
  { read: former }: Seen,
  updates: readonly number[],
): CrdtFinding {
  const shown = (row: number): string => valueWords(history.operation(row).value ?? 0);
  const before =
    former === undefined ? "which had not read it before" : `which had read ${shown(former)} before`;
  const since = updates.length === 0 ? "" : ` and ${plural(updates.length, "increment")} that count since`;
  return {
    type: "counter-went-back",
    rows: [...(former === undefined ? [] : [former]), ...updates, read],
    explanation: `${whoWords(history, read)} read ${keyWords(history, key)} = ${shown(read)}, ${before}${since}`,
  };
}
