import { ABSENT, type History, NEVER, NONE, STATUS } from "#core/history";
import { FUNCTIONS } from "#core/functions";
import { elementSources, finds, lacks } from "../../../checkers/edges/element-sources.ts";
import { hasSiblings, isFinal, readBy, writtenBy } from "../../../checkers/registers/access.ts";
import { hasRealTime, registerValues } from "../../../checkers/registers/register-values.ts";
import { precedes } from "../../../checkers/registers/version-order.ts";

const READ = FUNCTIONS.indexOf("read");
const CONTAINS = FUNCTIONS.indexOf("contains");

export const isRead = (history: History, row: number): boolean =>
  (history.f[row] === READ || history.f[row] === CONTAINS) && history.status[row] === STATUS.ok;

/** What a read should have shown and did not. */
export interface Missed {
  /** Row that proves first that it was there: it had been acknowledged, or somebody had read it. */
  readonly knownRow: number;
  /** Whether another read of the key still lacks it for certain. */
  lackedBy(row: number): boolean;
}

/** The read of a witness that went wrong, and what it missed, where other reads can be asked for it. */
export interface Culprit {
  readonly row: number;
  readonly missed: Missed | undefined;
}

/** The last read of the key that the anomaly is about that misses something; else the last. Undefined: nothing was read. */
export function culpritOf(history: History, rows: readonly number[], key: number): Culprit | undefined {
  const during = rows.filter((row) => !isFinal(history, row));
  const reads = during.filter((row) => isRead(history, row) && (key === NONE || history.key[row] === key));
  for (const row of reads.toReversed()) {
    const missed = missedBy(history, during, row);
    if (missed !== undefined) return { row, missed };
  }
  const last = reads.at(-1);
  return last === undefined ? undefined : { row: last, missed: undefined };
}

function missedBy(history: History, rows: readonly number[], read: number): Missed | undefined {
  const key = history.key[read]!;
  if (key === NONE) return undefined;
  const { type } = history.objectOf(key);
  const others = rows.filter((row) => row !== read && history.key[row] === key);
  const missed =
    type === "register"
      ? missedVersion(history, others, read)
      : type === "set" || type === "list"
        ? missedElement(history, others, read)
        : undefined;
  if (missed === undefined || !hasRealTime(history)) return missed;
  return history.retRank[missed.knownRow]! < history.retRank[read]! ? missed : undefined;
}

function missedVersion(history: History, rows: readonly number[], culprit: number): Missed | undefined {
  if (hasSiblings(history, culprit)) return undefined;
  const { earliest, earliestRow, problems, writer } = registerValues(history);
  if (problems.has(history.key[culprit]!)) return undefined;
  const shown = readBy(history, culprit);
  const newer = new Set(
    rows
      .flatMap((row) => [writtenBy(history, row), readBy(history, row)])
      .filter((value) => value >= 0 && value !== shown && isOlder(history, shown, value)),
  );
  const target = [...newer]
    .filter((value) => earliest[value] !== NEVER && writer[value]! >= 0)
    .toSorted((a, b) => earliest[a]! - earliest[b]!)[0];
  if (target === undefined) return undefined;
  return {
    knownRow: earliestRow[target]!,
    lackedBy: (row) => {
      const value = readBy(history, row);
      return value !== ABSENT && (value === shown || isOlder(history, value, target));
    },
  };
}

/** Whether one version certainly precedes another: by the order that the history tells, or by real time. */
function isOlder(history: History, one: number, other: number): boolean {
  if (one === NONE) return true;
  const { earliest, writer } = registerValues(history);
  if (precedes(history, one, other)) return true;
  if (precedes(history, other, one)) return false;
  const from = writer[other]!;
  return hasRealTime(history) && from >= 0 && earliest[one]! < history.invRank[from]!;
}

function missedElement(history: History, rows: readonly number[], culprit: number): Missed | undefined {
  const { taken, openTake } = elementSources(history);
  if (openTake[history.key[culprit]!] === 1) return undefined;
  const known = (element: number): number | undefined =>
    rows
      .filter((row) => history.status[row] === STATUS.ok)
      .filter((row) => history.value[row] === element || finds(history, row, element))
      .toSorted((a, b) => history.retRank[a]! - history.retRank[b]!)[0];
  const put = rows.filter((row) => !isRead(history, row) && history.status[row] !== STATUS.fail);
  const target = [...new Set(put.map((row) => history.value[row]!))]
    .filter((element) => element !== NONE && taken[element] === 0 && misses(history, culprit, element))
    .flatMap((element) => known(element) ?? [])
    .toSorted((a, b) => history.retRank[a]! - history.retRank[b]!)[0];
  if (target === undefined) return undefined;
  const element = put
    .map((row) => history.value[row]!)
    .find(
      (one) => one !== NONE && misses(history, culprit, one) && taken[one] === 0 && known(one) === target,
    )!;
  return { knownRow: target, lackedBy: (row) => misses(history, row, element) };
}

/** An object that was never written reads as null: it has no elements. */
const misses = (history: History, row: number, element: number): boolean =>
  lacks(history, row, element) ||
  (history.f[row] === READ &&
    history.status[row] === STATUS.ok &&
    history.value[row] === NONE &&
    !hasSiblings(history, row));
