/** Combinations to look at before giving up. */
const MAX_STEPS = 20_000;

export interface Change {
  readonly row: number;
  readonly by: number;
}

/**
 * The acknowledged changes that a count lacks, if only one choice of them explains it: `deficit` is what the acknowledged
 * ones make less the count; some of `open` may be in the count too. Undefined where several choices do, or too many had to
 * be tried. Depth first, largest amounts first, cut where the rest cannot reach.
 */
export function missingChanges(
  deficit: number,
  acknowledged: readonly Change[],
  open: readonly Change[],
): readonly Change[] | undefined {
  const items = [
    ...acknowledged.map((change) => ({ change, by: change.by, isMissing: true })),
    ...open.map((change) => ({ change, by: -change.by, isMissing: false })),
  ].sort((a, b) => Math.abs(b.by) - Math.abs(a.by));
  const least = new Float64Array(items.length + 1);
  const most = new Float64Array(items.length + 1);
  for (let i = items.length - 1; i >= 0; i--) {
    least[i] = least[i + 1]! + Math.min(0, items[i]!.by);
    most[i] = most[i + 1]! + Math.max(0, items[i]!.by);
  }
  const found = new Map<string, readonly Change[]>();
  const stack: { readonly at: number; readonly rest: number; readonly missing: readonly Change[] }[] = [
    { at: 0, rest: deficit, missing: [] },
  ];
  for (let steps = 0; stack.length > 0; steps++) {
    const { at, rest, missing } = stack.pop()!;
    if (steps > MAX_STEPS || found.size > 1) return undefined;
    if (rest < least[at]! || rest > most[at]!) continue;
    const item = items[at];
    if (item === undefined) {
      found.set(missing.map(({ row }) => row).join(), missing);
      continue;
    }
    stack.push({ at: at + 1, rest, missing });
    const taken = item.isMissing ? [...missing, item.change] : missing;
    stack.push({ at: at + 1, rest: rest - item.by, missing: taken });
  }
  return found.size === 1 ? found.values().next().value : undefined;
}
