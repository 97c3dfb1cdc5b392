import type { ObjectKind } from "./object-kind.ts";
import type { Problem } from "./problem.ts";

/**
 * The entries of a witness with all else that their operations did, and all that was done to what those changed: a witness
 * names operations, and one that did several things cannot be named in part. In order; the same where each did one.
 */
export function wholeRows<State, Call>(
  { groupOf }: ObjectKind<State, Call>,
  { after, row, call, calls }: Problem<State, Call>,
  entries: readonly number[],
): readonly number[] {
  if (after === undefined) return entries;
  const byRow = Map.groupBy(row.keys(), (entry) => row[entry]!);
  const groups = calls.map(groupOf);
  const byGroup = Map.groupBy(row.keys(), (entry) => groups[call[entry]!]);
  const whole = new Set(entries);
  // What is added while the set is gone through is gone through too.
  for (const entry of whole) {
    const group = groups[call[entry]!];
    for (const other of byRow.get(row[entry]!)!) whole.add(other);
    if (group !== undefined) for (const other of byGroup.get(group)!) whole.add(other);
  }
  return [...whole].sort((a, b) => a - b);
}
