import type { Operation } from "../operations.ts";
import { lastRoundOf } from "./final-phase.ts";

const isChange = ({ f, status }: Operation): boolean => f === "increment" && status !== "fail";

/** Every sum of `start` and a choice among changes, each of them taken as often as one of `times`. */
function sumsOf(start: number, changes: readonly Operation[], times: readonly number[]): Set<number> {
  let sums = new Set([start]);
  for (const { value } of changes) {
    sums = new Set([...sums].flatMap((sum) => times.map((often) => sum + often * (value as number))));
  }
  return sums;
}

const countOf = ({ value }: Operation): number => (value ?? 0) as number;

/** Whether a read shows what some choice among the changes makes that had begun before it returned. */
export const isExplained = (
  operations: readonly Operation[],
  read: Operation,
  mayUse: (change: Operation) => boolean = (change) => isChange(change) && change.inv < read.ret,
): boolean =>
  sumsOf(
    0,
    operations.filter((one) => one.f === "increment" && mayUse(one)),
    [0, 1],
  ).has(countOf(read));

/**
 * Reads of counters during the run that no choice among the changes begun by then makes, counted by what would: changes
 * that began later (future), ones that certainly failed (aborted), nothing (impossible).
 */
export function unexplainedCounts(
  operations: readonly Operation[],
): Record<"impossible-count" | "aborted-read" | "future-read", number> {
  const counts = { "impossible-count": 0, "aborted-read": 0, "future-read": 0 };
  for (const read of operations.filter(({ f, status, final }) => f === "read" && status === "ok" && !final)) {
    if (isExplained(operations, read)) continue;
    if (isExplained(operations, read, isChange)) counts["future-read"]++;
    else counts[isExplained(operations, read, () => true) ? "aborted-read" : "impossible-count"]++;
  }
  return counts;
}

/**
 * Whether the last reads of one counter lack something acknowledged: `lost` if no choice that has all of it explains any of
 * them, while some choice without does, or the count is less than what was acknowledged and nothing ever counted down;
 * `certain` if it is lost even though changes may have come up to three times. Undefined: not every node was read.
 */
export function lossIn(
  operations: readonly Operation[],
  nodes: readonly string[],
): { isLost: boolean; isKept: boolean; isCertain: boolean } | undefined {
  const round = lastRoundOf(operations, nodes);
  if (round === undefined) return undefined;
  const isKept = round.some((read) => shows(operations, read, [1], [0, 1]));
  const isRising = operations.every((one) => !isChange(one) || (one.value as number) >= 0);
  const isLost = round.every((read) => {
    if (shows(operations, read, [1], [0, 1])) return false;
    return isExplained(operations, read) || (isRising && countOf(read) < certainSum(operations, read));
  });
  const isCertain = round.every((read) => !shows(operations, read, [1, 2, 3], [0, 1, 2, 3]));
  return { isLost, isKept, isCertain };
}

const hadReturned = (operations: readonly Operation[], read: Operation): Operation[] =>
  operations.filter((one) => isChange(one) && one.ret < read.inv);

const certainSum = (operations: readonly Operation[], read: Operation): number =>
  hadReturned(operations, read).reduce((sum, { value }) => sum + (value as number), 0);

/** Whether a read shows all that had returned before it, `certain` times each, and of the rest what was open as often as `open`. */
function shows(
  operations: readonly Operation[],
  read: Operation,
  certain: readonly number[],
  open: readonly number[],
): boolean {
  const returned = hadReturned(operations, read);
  const others = operations.filter((one) => isChange(one) && !returned.includes(one) && one.inv < read.ret);
  return [...sumsOf(0, returned, certain)].some((sum) => sumsOf(sum, others, open).has(countOf(read)));
}

/** The acknowledged changes that a read lacks, for every choice that explains it, each change taken once or not. */
export function missingIn(operations: readonly Operation[], read: Operation): Operation[][] {
  const returned = hadReturned(operations, read);
  const others = operations.filter((one) => isChange(one) && !returned.includes(one) && one.inv < read.ret);
  return Array.from({ length: 2 ** returned.length }, (_, bits) => {
    const missing = returned.filter((_one, i) => (bits & (1 << i)) !== 0);
    const kept = returned.filter((one) => !missing.includes(one));
    const sum = kept.reduce((total, { value }) => total + (value as number), 0);
    return sumsOf(sum, others, [0, 1]).has(countOf(read)) ? [missing] : [];
  }).flat();
}
