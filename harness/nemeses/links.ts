import type { Link } from "#core/cluster";

/** From each of one side to each of the other; never from a node to itself. */
export const linksBetween = (from: readonly string[], to: readonly string[]): Link[] =>
  from.flatMap((source) => to.flatMap((sink) => (source === sink ? [] : [{ from: source, to: sink }])));

export const bothWays = (links: readonly Link[]): Link[] =>
  links.flatMap(({ from, to }) => [
    { from, to },
    { from: to, to: from },
  ]);

export const othersThan = (nodes: readonly string[], all: readonly string[]): string[] =>
  all.filter((node) => !nodes.includes(node));

/** Every link between nodes that begins or ends at one of `nodes`, each once. */
export const linksOf = (nodes: readonly string[], all: readonly string[]): Link[] =>
  linksBetween(all, all).filter(({ from, to }) => nodes.includes(from) || nodes.includes(to));
