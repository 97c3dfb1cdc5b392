import type { Budget } from "#core/budget";
import { ABSENT, type History, NONE, STATUS } from "#core/history";
import { FUNCTIONS } from "#core/functions";
import { canonicalJson } from "#core/value-table";
import { hasSiblings, isRefused, writtenBy } from "../registers/access.ts";

const CAS = FUNCTIONS.indexOf("cas");
const KNOWN: ReadonlySet<number> = new Set(
  (["read", "write", "delete", "cas"] as const).map((f) => FUNCTIONS.indexOf(f)),
);

/** More compare-and-sets that took a register away from a value than that value can have been there. */
export interface Fork {
  readonly key: number;
  /** Value id, or NONE for null. */
  readonly from: number;
  /** The compare-and-sets, one more than the value was there. */
  readonly successes: readonly number[];
  /** What may have put the value there. */
  readonly origins: readonly number[];
  readonly isInitial: boolean;
}

/** A value of a key; null of each key is one of its own. */
const nameOf = (key: number, value: number): number => (value === NONE ? -1 - key : value);

/**
 * Each compare-and-set that succeeds, and writes another value than it expects, ends one stay of the register at that value;
 * each write of it begins one at most. O(operations).
 */
export function findForks(history: History, budget: Budget): Fork[] {
  const successes = new Map<number, number[]>();
  const origins = new Map<number, number[]>();
  const skipped = new Set<number>();
  for (let row = 0; row < history.length; row++) {
    budget.tick();
    const key = history.key[row]!;
    if (key === NONE || history.objectOf(key).type !== "register") continue;
    // Texts that are appended to, and siblings, are no single value.
    if (!KNOWN.has(history.f[row]!) || hasSiblings(history, row)) skipped.add(key);
    const written = writtenBy(history, row);
    const isSuccess = history.f[row] === CAS && history.status[row] === STATUS.ok && !isRefused(history, row);
    const expected = isSuccess ? history.expectedOf(row) : ABSENT;
    if (isSuccess && expected === written) continue;
    if (written !== ABSENT) push(origins, nameOf(key, written), row);
    if (isSuccess) push(successes, nameOf(key, expected), row);
  }
  return [...successes].flatMap(([name, rows]) => {
    const key = history.key[rows[0]!]!;
    const from = history.expectedOf(rows[0]!);
    const made = origins.get(name) ?? [];
    const isInitial = canonicalJson(history.objectOf(key).initial) === canonicalJson(history.valueOf(from));
    const stays = made.length + (isInitial ? 1 : 0);
    if (skipped.has(key) || rows.length <= Math.max(1, stays)) return [];
    return [{ key, from, successes: rows.slice(0, Math.max(1, stays) + 1), origins: made, isInitial }];
  });
}

function push(map: Map<number, number[]>, name: number, row: number): void {
  const rows = map.get(name);
  if (rows === undefined) map.set(name, [row]);
  else rows.push(row);
}
