import type { RunRow } from "./row.ts";

/**
 * Of each run the parts of its configuration that not all runs of its target share, by path of the run: what all have in
 * common tells nothing about any of them.
 */
export function differingOptions(rows: readonly RunRow[]): Map<string, readonly string[]> {
  const found = new Map<string, readonly string[]>();
  for (const group of Map.groupBy(rows, ({ target }) => target).values()) {
    const names = [...new Set(group.flatMap(({ configuration }) => Object.keys(configuration)))];
    const differing = names.filter(
      (name) => new Set(group.map(({ configuration }) => configuration[name])).size > 1,
    );
    for (const { path, configuration } of group)
      found.set(
        path,
        differing.flatMap((name) => {
          const value = configuration[name];
          return value === undefined ? [] : [`${shortName(name)} ${value}`];
        }),
      );
  }
  return found;
}

const shortName = (name: string): string => name.replace(/^(?:target|workload)\./, "");
