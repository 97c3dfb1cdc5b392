/**
 * Leaves out of `items` what is not needed: the result passes `test`, and no single item can be left out of it (unless `test`
 * began to refuse everything, as at the end of a budget). `items` as a whole must pass. O(n²) tests at worst.
 * Source: Zeller and Hildebrandt 2002 (ddmin, complements only: what is looked for seldom sits in one small part).
 */
export async function ddmin<T>(
  items: readonly T[],
  test: (kept: readonly T[]) => Promise<boolean>,
): Promise<readonly T[]> {
  let kept = items;
  let size = Math.max(1, Math.ceil(kept.length / 2));
  while (kept.length > 0) {
    const before = kept.length;
    kept = await withoutParts(kept, size, test);
    if (size > 1) size = Math.ceil(size / 2);
    else if (kept.length === before) break;
  }
  return kept;
}

/** One look at every part of `size` items, from the end: what comes late is needed least. */
async function withoutParts<T>(
  items: readonly T[],
  size: number,
  test: (kept: readonly T[]) => Promise<boolean>,
): Promise<readonly T[]> {
  let kept = items;
  for (let end = kept.length; end > 0; end -= size) {
    const start = Math.max(0, end - size);
    const rest = [...kept.slice(0, start), ...kept.slice(end)];
    if (rest.length < kept.length && (await test(rest))) kept = rest;
  }
  return kept;
}
