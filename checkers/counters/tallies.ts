import type { Budget } from "#core/budget";
import { FLAG, type History, NEVER, NONE, STATUS } from "#core/history";
import { FUNCTIONS } from "#core/functions";
import { countOf } from "../search/models/counter.ts";
import type { Change } from "./missing-changes.ts";

const READ = FUNCTIONS.indexOf("read");
const INCREMENT = FUNCTIONS.indexOf("increment");

/** The changes and reads of one counter, in order of invocation. */
export interface Tally {
  readonly key: number;
  readonly initial: number;
  /** Increments and decrements that happened or may happen. */
  readonly changes: Change[];
  readonly failed: Change[];
  /** Ok reads, also final ones. */
  readonly reads: { readonly row: number; readonly count: number }[];
}

/** Counters by key, and why other keys of that type cannot be counted. O(operations). */
export function tallies(
  history: History,
  budget: Budget,
): { tallies: ReadonlyMap<number, Tally>; problems: ReadonlyMap<number, string> } {
  const all = new Map<number, Tally>();
  const problems = new Map<number, string>();
  for (let key = 0; key < history.keys.length; key++) {
    if (history.objectOf(key).type !== "counter") continue;
    const initial = countOf(history.objectOf(key).initial ?? 0);
    if (initial === undefined) problems.set(key, "its initial value is no integer");
    else all.set(key, { key, initial, changes: [], failed: [], reads: [] });
  }
  for (let row = 0; row < history.length; row++) {
    budget.tick();
    const tally = all.get(history.key[row]!);
    const problem = tally === undefined ? undefined : note(history, tally, row);
    if (problem !== undefined) problems.set(history.key[row]!, problem);
  }
  for (const tally of all.values()) {
    const size = [...tally.changes, ...tally.failed].reduce((sum, { by }) => sum + Math.abs(by), 0);
    if (!Number.isSafeInteger(size + Math.abs(tally.initial)))
      problems.set(tally.key, "its sums are beyond 2^53");
  }
  for (const key of problems.keys()) all.delete(key);
  return { tallies: all, problems };
}

/** @returns why the operation cannot be counted */
function note(history: History, tally: Tally, row: number): string | undefined {
  const f = history.f[row]!;
  const status = history.status[row]!;
  if (f !== READ && f !== INCREMENT) return `${FUNCTIONS[f]} is no operation on a counter`;
  if (f === READ && status !== STATUS.ok) return undefined;
  const isRefused = status === STATUS.ok && (history.flags[row]! & FLAG.resultFalse) !== 0;
  if (f === INCREMENT && isRefused) return "an increment was refused";
  const value = history.value[row]!;
  const count = f === READ && value === NONE ? tally.initial : countOf(history.valueOf(value));
  if (count === undefined) return "some of its values are no integers up to 2^53";
  if (f === READ) tally.reads.push({ row, count });
  else (status === STATUS.fail ? tally.failed : tally.changes).push({ row, by: count });
  return undefined;
}

/** Changes that must be in a count when `read` is answered, and those that may be. */
export function splitChanges(
  history: History,
  { changes }: Tally,
  read: number,
): { certain: Change[]; open: Change[] } {
  const [certain, open]: [Change[], Change[]] = [[], []];
  for (const change of changes) {
    const ret = history.retRank[change.row]!;
    if (ret !== NEVER && ret < history.invRank[read]!) certain.push(change);
    else if (history.invRank[change.row]! < history.retRank[read]!) open.push(change);
  }
  return { certain, open };
}

export const sumOf = (changes: readonly Change[]): number => changes.reduce((sum, { by }) => sum + by, 0);
