import type { Budget } from "#core/budget";
import { FLAG, type History, NONE, STATUS } from "#core/history";
import { FUNCTIONS } from "#core/functions";

const ACQUIRE = FUNCTIONS.indexOf("acquire");
const RELEASE = FUNCTIONS.indexOf("release");

/** A lock that one session certainly held from the return of its acquire to the invocation of its release. */
interface Hold {
  readonly acquire: number;
  readonly release: number;
}

/** Two sessions that held one lock at once. */
export interface DoubleHold {
  readonly key: number;
  readonly one: Hold;
  /** The later one; without release if it got the lock inside the other hold. */
  readonly other: { readonly acquire: number; readonly release: number | undefined };
}

/**
 * Holds of different sessions that overlap, and acquires that succeeded within another's hold. A hold counts only from
 * an acknowledged acquire to the acknowledged release right after it, so that sessions that ended, and with them their locks,
 * are not accused. O(n log n), one double hold for each acquire.
 */
export function findDoubleHolds(history: History, budget: Budget): DoubleHold[] {
  const rowsOf = new Map<number, number[]>();
  for (let row = 0; row < history.length; row++) {
    budget.tick();
    const key = history.key[row]!;
    if (key === NONE || history.objectOf(key).type !== "lock" || history.status[row] === STATUS.fail)
      continue;
    const rows = rowsOf.get(key) ?? [];
    if (rows.push(row) === 1) rowsOf.set(key, rows);
  }
  return [...rowsOf].flatMap(([key, rows]) => doubleHoldsOf(history, key, rows, budget));
}

function doubleHoldsOf(history: History, key: number, rows: readonly number[], budget: Budget): DoubleHold[] {
  const { invRank, retRank, session } = history;
  const releases = releasesOf(history, rows);
  const acquires = rows
    .filter((row) => isGranted(history, row, ACQUIRE))
    .sort((a, b) => retRank[a]! - retRank[b]!);
  const found: DoubleHold[] = [];
  /** Of the holds begun so far, the two that last longest, of different sessions. */
  let longest: Hold[] = [];
  for (const acquire of acquires) {
    budget.tick();
    const release = releases.get(acquire);
    const before = longest.find((hold) => session[hold.acquire] !== session[acquire]);
    if (before !== undefined && retRank[acquire]! < invRank[before.release]!) {
      const isInside = invRank[acquire]! > retRank[before.acquire]!;
      if (isInside || release !== undefined) {
        found.push({ key, one: before, other: { acquire, release: isInside ? undefined : release } });
      }
    }
    if (release !== undefined) longest = twoLongest(history, [...longest, { acquire, release }]);
  }
  return found;
}

function twoLongest({ invRank, session }: History, holds: readonly Hold[]): Hold[] {
  const sorted = holds.toSorted((a, b) => invRank[b.release]! - invRank[a.release]!);
  const [first] = sorted;
  const second = sorted.find((hold) => session[hold.acquire] !== session[first!.acquire]);
  return second === undefined ? [first!] : [first!, second];
}

const isGranted = ({ f, status, flags }: History, row: number, fn: number): boolean =>
  f[row] === fn && status[row] === STATUS.ok && (flags[row]! & FLAG.resultFalse) === 0;

/**
 * By acquire: the release that certainly ended it. There is none where the session did anything else to the lock in between,
 * or had sent a release whose outcome nobody knows: that may land at any time.
 */
function releasesOf(history: History, rows: readonly number[]): ReadonlyMap<number, number> {
  const { invRank, retRank, session } = history;
  const latest = new Map<number, number>();
  const isUnsure = new Set<number>();
  const releases = new Map<number, number>();
  for (const row of rows) {
    const owner = session[row]!;
    const before = latest.get(owner);
    latest.set(owner, row);
    if (history.f[row] === RELEASE && history.status[row] !== STATUS.ok) isUnsure.add(owner);
    if (before === undefined || isUnsure.has(owner)) continue;
    const isHold = isGranted(history, before, ACQUIRE) && isGranted(history, row, RELEASE);
    if (isHold && retRank[before]! < invRank[row]!) releases.set(before, row);
  }
  return releases;
}
