import type { Json } from "#core/json";
import type { Random } from "#core/random";
import type { NodeContext, SimPlan, StoreNode } from "#core/store-node";
import type { Nanoseconds } from "#core/units";

export interface PriorityOptions {
  readonly nodes: readonly string[];
  /** Decides priorities and changes. */
  readonly random: Random;
  /** How many links fall to the lowest priority, each at a random delivery. */
  readonly changes: number;
  /** The changes are among the first so many deliveries. */
  readonly deliveries: number;
  /** How much longer the messages of the lowest priority take; those of the highest are as fast as ever. */
  readonly spread: Nanoseconds;
}

/**
 * The same plan with deliveries in the order of random priorities: every link between two nodes has one, and the lower it is, the
 * longer its messages wait where they arrive. At a few random deliveries the link concerned falls below all others. A bug that needs
 * d messages in a certain order is found with a probability that d decides, not the number of messages: probabilistic concurrency
 * testing (Burckhardt et al. 2010), in virtual time. Messages of one link keep their order: priorities only fall.
 */
export function withPriorities(plan: SimPlan, options: PriorityOptions): SimPlan {
  const priorities = new Priorities(options);
  return { ...plan, createNode: (context) => new WaitingNode(plan.createNode(context), context, priorities) };
}

class Priorities {
  readonly #options: PriorityOptions;
  /** By link: how far from the highest priority. */
  readonly #ranks = new Map<string, number>();
  readonly #changes: ReadonlySet<number>;
  /** Ranks that there can be besides the highest: fixed, so that no link ever gets faster. */
  readonly #levels: number;
  #lowest: number;
  #deliveries = 0;

  constructor(options: PriorityOptions) {
    const { nodes, random, changes, deliveries } = options;
    this.#options = options;
    const links = nodes.flatMap((from) => nodes.filter((to) => to !== from).map((to) => linkOf(from, to)));
    random.shuffle(links).forEach((link, rank) => this.#ranks.set(link, rank));
    this.#lowest = Math.max(0, links.length - 1);
    this.#levels = Math.max(1, this.#lowest + changes);
    this.#changes = new Set(Array.from({ length: changes }, () => random.int(deliveries)));
  }

  /** How long the next message that arrives over this link has to wait. */
  wait(from: string, to: string): Nanoseconds {
    const link = linkOf(from, to);
    if (this.#changes.has(this.#deliveries++)) this.#ranks.set(link, ++this.#lowest);
    const rank = this.#ranks.get(link) ?? 0;
    return Math.round((rank / this.#levels) * this.#options.spread);
  }
}

const linkOf = (from: string, to: string): string => `${from}>${to}`;

/** Hands its node each message when the time for it has come; what waits is lost if the node dies. */
class WaitingNode implements StoreNode {
  readonly #node: StoreNode;
  readonly #context: NodeContext;
  readonly #priorities: Priorities;

  constructor(node: StoreNode, context: NodeContext, priorities: Priorities) {
    this.#node = node;
    this.#context = context;
    this.#priorities = priorities;
  }

  onMessage(from: string, message: Json): void {
    const wait = this.#priorities.wait(from, this.#context.node);
    if (wait === 0) this.#node.onMessage(from, message);
    else this.#context.after(wait, () => this.#node.onMessage(from, message));
  }

  onRequest(request: Json, reply: (response: Json) => void): void {
    this.#node.onRequest(request, reply);
  }
}
