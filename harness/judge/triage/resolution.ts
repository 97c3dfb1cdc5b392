import { type History, NONE } from "#core/history";
import type { Fate } from "#core/triage-classes";
import type { Nanoseconds } from "#core/units";
import { Readings } from "../../../checkers/convergence/readings.ts";
import { groupRows, rowsWhere } from "../../../checkers/groups.ts";
import { type LastRound, lastRounds } from "../../../checkers/last-round.ts";
import { once } from "../../../checkers/once.ts";
import { isFinal } from "../../../checkers/registers/access.ts";
import { endOf } from "../../../checkers/words.ts";
import { isRead, type Missed } from "./missed.ts";

/** What became of something that was late. */
export interface Resolution {
  readonly fate: Fate;
  /** When what was missed was known. */
  readonly known: Nanoseconds;
  /** When it was last seen missing. */
  readonly lastMissed: Nanoseconds;
  /** When it was there for good, as far as anybody looked. */
  readonly shown?: Nanoseconds;
}

const readsByKey = once((history) => {
  const reads = rowsWhere(history.length, (row) => isRead(history, row) && history.key[row] !== NONE);
  return groupRows(reads, history.key, history.keys.length);
});

/** What every node showed of each key in the end. */
const roundsOf = once(lastRounds);

const readingsOf = once((history) => new Readings(history));

/** Whether the culprit's node (any node, if none is named) showed later what the culprit missed. */
export function resolutionOf(history: History, culprit: number, missed: Missed): Resolution {
  const key = history.key[culprit]!;
  const byKey = readsByKey(history);
  const known = endOf(history, missed.knownRow);
  const end = history.retRank[culprit]!;
  const node = history.node[culprit]!;
  let shown: number | undefined;
  let lastMissed = culprit;
  // From the last read back to the one that misses it: whoever shows it for a moment only has not got it.
  for (let i = byKey.start[key + 1]! - 1; i >= byKey.start[key]!; i--) {
    const row = byKey.rows[i]!;
    if (row <= culprit) break;
    if (history.invRank[row]! <= end || (node !== NONE && history.node[row] !== node)) continue;
    if (missed.lackedBy(row)) {
      lastMissed = row;
      break;
    }
    shown = row;
  }
  const seen = { known, lastMissed: history.invTime[lastMissed]! };
  const fate = fateInTheEnd(roundsOf(history).get(key), missed);
  if (fate !== undefined) return { fate, ...seen };
  if (shown !== undefined) return { fate: "resolved", ...seen, shown: endOf(history, shown) };
  return { fate: lastMissed === culprit ? "unread" : "pending", ...seen };
}

/** By the last read of every node; undefined: none lacks it, or not all were read. */
function fateInTheEnd(round: LastRound | undefined, missed: Missed): "lost" | "apart" | undefined {
  if (round === undefined) return undefined;
  const lacking = round.rows.filter((row) => missed.lackedBy(row)).length;
  if (lacking === 0) return undefined;
  if (lacking < round.rows.length) return "apart";
  return round.missing.length === 0 ? "lost" : undefined;
}

/**
 * Where no read can be asked for what was missed: whether all nodes agree in the end. From the last update of the key on they have
 * only to catch up.
 */
export function agreementOf(history: History, culprit: number): Resolution {
  const key = history.key[culprit]!;
  const began = history.invTime[culprit]!;
  const seen = { known: began, lastMissed: began };
  const round = key === NONE ? undefined : roundsOf(history).get(key);
  const [first, ...others] = round?.rows ?? [];
  const isWhole = round !== undefined && round.missing.length === 0;
  if (first === undefined || !isWhole || (others.length === 0 && history.header.nodes?.length !== 1))
    return { fate: "unread", ...seen };
  const readings = readingsOf(history);
  if (!others.every((row) => readings.same(first, row))) return { fate: "apart", ...seen };
  const byKey = readsByKey(history);
  const known = Math.max(began, lastUpdates(history)[key]!);
  let shown = first;
  for (let i = byKey.start[key + 1]! - 1; i >= byKey.start[key]!; i--) {
    const row = byKey.rows[i]!;
    if (!isFinal(history, row) || !readings.same(first, row)) break;
    shown = row;
  }
  // All nodes have answered by the end of the last round's answers, and nobody differed since.
  const all = Math.max(...[first, ...others].map((row) => firstSame(history, row, shown)));
  return { fate: "resolved", known, lastMissed: known, shown: Math.max(all, known) };
}

/** When the node of a last read first answered, from a row on. */
function firstSame(history: History, last: number, from: number): Nanoseconds {
  for (let row = from; row < last; row++)
    if (
      history.node[row] === history.node[last] &&
      history.key[row] === history.key[last] &&
      isRead(history, row)
    )
      return endOf(history, row);
  return endOf(history, last);
}

/** By key: when its last update had ended. */
const lastUpdates = once((history) => {
  const last = new Float64Array(history.keys.length);
  for (let row = 0; row < history.length; row++) {
    const key = history.key[row]!;
    if (key === NONE || isRead(history, row) || isFinal(history, row)) continue;
    last[key] = Math.max(last[key]!, endOf(history, row));
  }
  return last;
});
