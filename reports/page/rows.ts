/** Puts bands that overlap into rows of their own; `last` ends a band without an end. Bands in order of their start. */
export function rowsOf(
  bands: readonly { readonly from: number; readonly to: number | null }[],
  last: number,
): number[] {
  const freeFrom: number[] = [];
  return bands.map((band) => {
    const free = freeFrom.findIndex((from) => from <= band.from);
    const row = free < 0 ? freeFrom.length : free;
    freeFrom[row] = band.to ?? last;
    return row;
  });
}
