import type { LegendEntry } from "./section.ts";

/** Colours for nodes in plots with a line for each: `node-0` … ; further nodes share the last one. */
export const NODE_COLOURS = 5;

/** In the order in which the plots give out colours. */
export function nodeLegend(names: readonly string[]): LegendEntry[] {
  const sorted = names.toSorted((a, b) => a.localeCompare(b, "en", { numeric: true }));
  const own = sorted.length <= NODE_COLOURS ? sorted : sorted.slice(0, NODE_COLOURS - 1);
  return [
    ...own.map((name, i) => ({ colour: `node-${i}`, label: name })),
    ...(own.length < sorted.length
      ? [{ colour: `node-${NODE_COLOURS - 1}`, label: `${sorted.length - own.length} others` }]
      : []),
  ];
}
