import { z } from "zod";
import type { GeneratorContext } from "#core/generator";
import type { Json } from "#core/json";
import type { Invocation } from "#core/operation";
import type { Workload, WorkloadRun } from "#core/workload";
import { answerOf, type Visit, visits } from "../harness/generators/visits.ts";
import { applicationOf, claimsOfUpdates, updatesSchema } from "./application/updates.ts";

const optionsSchema = z.object({
  updates: updatesSchema,
  itemsPerCart: z
    .int()
    .min(1)
    .default(30)
    .describe("items put into a cart before the user begins the next one"),
  lookRatio: z.number().min(0).max(1).default(0.3).describe("share of visits that look into the cart"),
  removeRatio: z.number().min(0).max(1).default(0.3).describe("share of looks that take an item out again"),
  putBackRatio: z
    .number()
    .min(0)
    .max(1)
    .default(0)
    .describe("share of visits that put back, for good, an item that was taken out"),
});
type Options = z.infer<typeof optionsSchema>;

/**
 * Every user shops on a phone and on a laptop: two sessions that put items into one cart and take some out, at the same time. No
 * item is taken out twice, and most are never taken out: an acknowledged one that no node has in the end is
 * lost (`no-lost-writes`, `lost-element`). With `--put-back-ratio` some are put back once they have been taken out, and then stay. With the store's own operations on sets it must not be: an OR-Set merges both carts
 * (Shapiro et al. 2011; the claim is `crdt-semantics`). With `--updates rewrite` each device reads the whole cart, changes it and
 * writes it back into a register: what the other device wrote in between is overwritten, and an acknowledged item is gone, as in the cart of
 * DeCandia et al. 2007 (Dynamo) under last-write-wins. The history records the items that users put in, whoever changes the cart, so
 * one checker judges both.
 */
export const shoppingCart: Workload<Options> = {
  name: "shopping-cart",
  summary: "one cart, filled on phone and laptop at once: acknowledged items that are lost, or come back",
  options: optionsSchema,
  objects: [
    { keys: "*", type: "set", initial: null, order: "unknown", uniqueWrites: false, siblings: false },
  ],
  models: ["linearizable", "no-lost-writes", "convergence", "crdt-semantics"],
  application: ({ updates }) => applicationOf(updates),
  expectations: ({ updates }, claims) => claimsOfUpdates(updates, claims, ["linearizable", "no-lost-writes"]),
  create: ({ options }) => new Carts(options),
};

/** Phone and laptop. */
const DEVICES = 2;

interface Cart {
  readonly key: string;
  added: number;
  /** Items that somebody takes out or has taken out. */
  readonly removed: Set<Json>;
  /** Those that are certainly out. */
  readonly out: Json[];
}

class Carts implements WorkloadRun {
  readonly generator = visits((context) => this.#visit(context));
  readonly #options: Options;
  /** By user: the carts so far. */
  readonly #carts: Cart[][] = [];
  readonly #all: Cart[] = [];
  #items = 0;

  constructor(options: Options) {
    this.#options = options;
  }

  finalReads(): readonly Invocation[] {
    return this.#all.map(({ key }) => operation("read", key));
  }

  #visit(context: GeneratorContext): Visit {
    const cart = this.#cartOf(Math.floor(context.worker / DEVICES));
    const { putBackRatio } = this.#options;
    if (putBackRatio > 0 && cart.out.length > 0 && context.random.chance(putBackRatio)) return putBack(cart);
    return context.random.chance(this.#options.lookRatio) ? this.#look(cart, context) : this.#put(cart);
  }

  *#put(cart: Cart): Visit {
    cart.added++;
    yield operation("add", cart.key, ++this.#items);
  }

  *#look(cart: Cart, { random }: GeneratorContext): Visit {
    const shown = answerOf(yield operation("read", cart.key))?.value;
    const items = (Array.isArray(shown) ? (shown as Json[]) : []).filter((item) => !cart.removed.has(item));
    if (items.length === 0 || !random.chance(this.#options.removeRatio)) return;
    const item = random.pick(items);
    cart.removed.add(item);
    if (answerOf(yield operation("remove", cart.key, item)) !== undefined) cart.out.push(item);
  }

  #cartOf(user: number): Cart {
    const carts = (this.#carts[user] ??= []);
    const current = carts.at(-1);
    if (current !== undefined && current.added < this.#options.itemsPerCart) return current;
    const cart: Cart = { key: `cart-${user}-${carts.length + 1}`, added: 0, removed: new Set(), out: [] };
    carts.push(cart);
    this.#all.push(cart);
    return cart;
  }
}

function* putBack({ key, out }: Cart): Visit {
  const item = out.pop();
  if (item !== undefined) yield operation("add", key, item);
}

const operation = (f: "add" | "remove" | "read", key: string, value: Json = null): Invocation => ({
  f,
  key,
  value,
  object: "set",
});
