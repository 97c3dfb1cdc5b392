import { z } from "zod";
import type { GeneratorContext } from "#core/generator";
import type { Json } from "#core/json";
import type { Invocation } from "#core/operation";
import { MILLISECOND } from "#core/units";
import type { Workload, WorkloadRun } from "#core/workload";
import { type Visit, visits } from "../harness/generators/visits.ts";
import { applicationOf, claimsOfUpdates, updatesSchema } from "./application/updates.ts";
import { SHARED_REGISTERS } from "./support/objects.ts";
import { readOf } from "./support/owned-keys.ts";

const optionsSchema = z.object({
  updates: updatesSchema,
  itemEvery: z.int().min(1).default(20).describe("milliseconds between two items that go on sale"),
  buyers: z.int().min(2).default(6).describe("how many try to buy each item"),
  lookRatio: z
    .number()
    .min(0)
    .max(1)
    .default(0.3)
    .describe("share of visits that look who has bought an item"),
});
type Options = z.infer<typeof optionsSchema>;

/**
 * Of each item there is one left, and several buyers want it at the same moment: each sets its owner from null to the own name by a
 * conditional write. Exactly one may be told that it worked. Two winners are a `split-brain`, and not `linearizable`: both writes
 * succeeded from one value. With `--updates rewrite` clients look first and then write: no condition holds when it matters, and an item is
 * sold twice on the best of stores.
 */
export const lastItem: Workload<Options> = {
  name: "last-item",
  summary: "many buyers of the last item in stock: two winners unless conditional writes are linearizable",
  options: optionsSchema,
  objects: SHARED_REGISTERS,
  models: ["linearizable", "sequential", "no-lost-writes", "convergence"],
  application: ({ updates }) => applicationOf(updates),
  expectations: ({ updates }, claims) =>
    claimsOfUpdates(updates, claims, ["linearizable", "sequential", "no-lost-writes"]),
  create: ({ options }) => new Sale(options),
};

class Sale implements WorkloadRun {
  readonly generator = visits((context) => this.#visit(context));
  readonly #options: Options;
  /** By item: how many have tried. */
  readonly #buyers: number[] = [];
  #nextItem = 0;
  #attempts = 0;

  constructor(options: Options) {
    this.#options = options;
  }

  finalReads(): readonly Invocation[] {
    return this.#buyers.map((_, item) => readOf(keyOf(item)));
  }

  #visit(context: GeneratorContext): Visit {
    const { now, random } = context;
    if (now >= this.#nextItem || this.#buyers.length === 0) {
      this.#buyers.push(0);
      this.#nextItem = now + this.#options.itemEvery * MILLISECOND;
    }
    const item = this.#buyers.length - 1;
    const isWanted = this.#buyers[item]! < this.#options.buyers;
    return isWanted && !random.chance(this.#options.lookRatio) ? this.#buy(item, context) : look(item);
  }

  *#buy(item: number, { process }: GeneratorContext): Visit {
    this.#buyers[item]!++;
    const value: Json = [null, `buyer ${process}, attempt ${++this.#attempts}`];
    yield { f: "cas", key: keyOf(item), value, object: "register" };
  }
}

function* look(item: number): Visit {
  yield readOf(keyOf(item));
}

const keyOf = (item: number): string => `item-${item + 1}`;
