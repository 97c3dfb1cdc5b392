import type { Model } from "#core/verdict";

/**
 * What follows from a satisfied model, for histories of single operations on registers whose version order is known:
 * linearizable ⇒ sequential ⇒ causal memory and causal convergence ⇒ the session guarantees. Sources: Viotti and Vukolić
 * 2016, §3; Bouajjani et al. 2017. Losing writes and converging are other axes: nothing follows to or from them.
 */
export const IMPLIES: Readonly<Partial<Record<Model, readonly Model[]>>> = {
  linearizable: ["sequential"],
  sequential: ["causal-memory", "causal-convergent"],
  "causal-memory": ["causal", "pram"],
  "causal-convergent": ["causal"],
  pram: ["read-your-writes", "monotonic-reads", "monotonic-writes"],
};

/** Every model that follows from `model`, itself left out. */
export function weakerThan(model: Model): ReadonlySet<Model> {
  const found = new Set<Model>();
  const visit = (from: Model): void => {
    for (const to of IMPLIES[from] ?? []) {
      if (found.has(to)) continue;
      found.add(to);
      visit(to);
    }
  };
  visit(model);
  return found;
}

/** The satisfied models that follow from no other satisfied one. */
export function strongestOf(satisfied: readonly Model[]): Model[] {
  return satisfied.filter((model) => !satisfied.some((other) => weakerThan(other).has(model)));
}

/** The violated models that imply no other violated one. */
export function weakestOf(violated: readonly Model[]): Model[] {
  return violated.filter((model) => ![...weakerThan(model)].some((weaker) => violated.includes(weaker)));
}
