import { HarnessError } from "#core/errors";
import type { Random } from "#core/random";

/** Ways to say which nodes a fault hits, beside their names. */
const SELECTORS = ["one", "minority", "majority", "all", "leader", "follower"] as const;
type Selector = (typeof SELECTORS)[number];

/** Which nodes faults hit that may hit any: a selector, or names of nodes. */
export type FaultTargets = Selector | readonly string[];

/** @throws HarnessError `usage` if the text is neither a selector nor nodes with commas between them */
export function parseTargets(text: string, nodes: readonly string[]): FaultTargets {
  const selector = SELECTORS.find((name) => name === text);
  if (selector !== undefined) return selector;
  const names = text.split(",").map((name) => name.trim());
  const unknown = names.find((name) => !nodes.includes(name));
  if (unknown === undefined) return names;
  throw new HarnessError("usage", `--fault-targets ${text}: there is no node ${unknown}`, {
    hint: `${SELECTORS.join(", ")}, or names of nodes with commas: ${nodes.join(",")}`,
  });
}

/** Nodes as a scheduled fault names them. */
export function chooseTargets(targets: FaultTargets, random: Random, nodes: readonly string[]): string[] {
  if (typeof targets !== "string") return [...targets];
  const some = (count: number): string[] =>
    nodes.length === 0 ? [] : random.shuffle(nodes).slice(0, Math.max(1, count)).sort();
  switch (targets) {
    case "one":
      return some(1);
    case "minority":
      return some(minorityOf(nodes.length));
    case "majority":
      return some(Math.floor(nodes.length / 2) + 1);
    case "all":
      return [...nodes];
    case "leader":
    case "follower":
      return [targets];
    default:
      return targets satisfies never;
  }
}

/** The most nodes that can be out while a majority is left. */
export const minorityOf = (nodes: number): number => Math.ceil(nodes / 2) - 1;
