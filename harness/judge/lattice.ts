import type { History } from "#core/history";
import type { Model } from "#core/verdict";

type Implies = Readonly<Partial<Record<Model, readonly Model[]>>>;

const SESSION_GUARANTEES = [
  "read-your-writes",
  "monotonic-reads",
  "monotonic-writes",
  "writes-follow-reads",
] as const;

/**
 * What follows from a model in every variant that riftcheck judges: linearizable ⇒ sequential ⇒ causal memory (CM) and
 * causal convergence (CCv) ⇒ causal (CC); CM ⇒ PRAM. Of one object it follows for one object, of all for all. Losing writes
 * and converging are other axes. Sources: Viotti and Vukolić 2016, §3; Bouajjani and others 2017.
 */
const ALWAYS = {
  sequential: ["causal-memory", "causal-convergent"],
  "causal-memory": ["causal", "pram"],
  "causal-convergent": ["causal"],
} as const satisfies Implies;

/**
 * How the version order of the registers is known decides which session guarantees are meant, and so what they follow from.
 * They are the convergent ones, of one version order for all sessions: they never follow from PRAM or causal memory, whose
 * sessions each have an order of their own.
 *
 * - `found`: any order that fits counts. CCv, which has such an order, implies them.
 * - `timed`: the order of a single writer, which minds when indefinite writes were first seen: real time, so that only
 *   linearizable implies them.
 * - `told`: the store told the order. Who finds some order has not shown that it is the store's: only models without any say
 *   on it follow.
 */
export type OrderVariant = "found" | "timed" | "told";

const BY_VARIANT: Readonly<Record<OrderVariant, Implies>> = {
  found: {
    ...ALWAYS,
    linearizable: ["sequential"],
    "causal-convergent": ["causal", ...SESSION_GUARANTEES],
  },
  timed: { ...ALWAYS, linearizable: ["sequential", ...SESSION_GUARANTEES] },
  told: { ...ALWAYS, linearizable: ["causal-memory", "causal-convergent"] },
};

/** What follows from what, for one variant of the session guarantees. */
export class Lattice {
  /** Whether a satisfied model says nothing of the order that the store told, so that a violation of it is no contradiction. */
  readonly isTold: boolean;
  readonly #weaker = new Map<Model, ReadonlySet<Model>>();
  readonly #implies: Implies;

  constructor(variant: OrderVariant) {
    this.#implies = BY_VARIANT[variant];
    this.isTold = variant === "told";
  }

  /** Every model that follows from `model`, itself left out. */
  weakerThan(model: Model): ReadonlySet<Model> {
    let found = this.#weaker.get(model);
    if (found === undefined) {
      found = new Set((this.#implies[model] ?? []).flatMap((next) => [next, ...this.weakerThan(next)]));
      this.#weaker.set(model, found);
    }
    return found;
  }

  /** Whether a history that keeps `strong` must keep `weak`. */
  follows(weak: Model, strong: Model): boolean {
    return this.weakerThan(strong).has(weak);
  }

  /** The satisfied models that follow from no other satisfied one. */
  strongestOf(satisfied: readonly Model[]): Model[] {
    return satisfied.filter((model) => !satisfied.some((other) => this.follows(model, other)));
  }

  /** The violated models that imply no other violated one. */
  weakestOf(violated: readonly Model[]): Model[] {
    return violated.filter((model) => !violated.some((other) => this.follows(other, model)));
  }
}

/** The lattice that is sound for a history. Its session order is part of its real time: both go by the order of its lines. */
export function latticeOf(history: History): Lattice {
  const orders = new Set<string>();
  for (let key = 0; key < history.keys.length; key++) {
    const { type, order } = history.objectOf(key);
    if (type === "register") orders.add(order);
  }
  if (orders.has("version") || orders.has("value")) return new Lattice("told");
  return new Lattice(orders.has("single-writer") ? "timed" : "found");
}
