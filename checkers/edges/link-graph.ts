import type { AnomalyEdge } from "#core/verdict";

/** An edge between two operations of a witness, by their places in it, before it is put into words. */
export interface Link {
  readonly from: number;
  readonly to: number;
  readonly kind: AnomalyEdge["kind"];
  readonly reason: string;
  /** The links that it follows from. */
  readonly because: readonly Link[];
}

/** Links between the `count` operations of a witness; of several between the same two, the first one counts. */
export class LinkGraph {
  readonly links: Link[] = [];
  readonly count: number;
  readonly #out: Map<number, Link>[];

  constructor(count: number) {
    this.count = count;
    this.#out = Array.from({ length: count }, () => new Map());
  }

  /** @returns false: there is one already, or it would lead to where it starts */
  add(link: Link): boolean {
    const out = this.#out[link.from]!;
    if (link.from === link.to || out.has(link.to)) return false;
    out.set(link.to, link);
    this.links.push(link);
    return true;
  }

  has = (from: number, to: number): boolean => this.#out[from]!.has(to);

  /** A shortest way from one operation to another, or to itself, by the links that may be `used`. */
  path(from: number, to: number, used: (link: Link) => boolean = () => true): readonly Link[] | undefined {
    const reached = new Map<number, Link>();
    const queue = [from];
    for (const node of queue) {
      for (const link of this.#out[node]!.values()) {
        if (reached.has(link.to) || !used(link)) continue;
        reached.set(link.to, link);
        if (link.to === to) return wayBack(reached, from, to);
        queue.push(link.to);
      }
    }
    return undefined;
  }

  /** A shortest circle. */
  cycle(): readonly Link[] | undefined {
    let shortest: readonly Link[] | undefined;
    for (let node = 0; node < this.count; node++) {
      const found = this.path(node, node);
      if (found !== undefined && costOf(found) < (shortest === undefined ? Infinity : costOf(shortest)))
        shortest = found;
    }
    return shortest;
  }
}

function wayBack(reached: ReadonlyMap<number, Link>, from: number, to: number): Link[] {
  const way: Link[] = [];
  let node = to;
  do {
    const link = reached.get(node)!;
    way.push(link);
    node = link.from;
  } while (node !== from);
  return way.reverse();
}

/** How much there is to read until a way is understood: its links with all that they follow from. */
const costOf = (way: readonly Link[]): number => withPremises(way).length;

/** Links with all that they follow from, each after its premises. */
export function withPremises(links: readonly Link[]): Link[] {
  const listed = new Set<Link>();
  const visit = (link: Link): void => {
    if (listed.has(link)) return;
    for (const premise of link.because) visit(premise);
    listed.add(link);
  };
  for (const link of links) visit(link);
  return [...listed];
}
