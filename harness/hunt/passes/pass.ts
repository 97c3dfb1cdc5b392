import type { ScriptedCase } from "../case.ts";

/**
 * One way to make a case simpler: proposes cases in the order in which they are worth a try, the simplest first. Each is run and
 * judged before it is believed; the first that still shows the anomaly is the next to start from.
 */
export interface Pass {
  readonly name: string;
  candidates(one: ScriptedCase): Iterable<ScriptedCase>;
}

export const withOperations = (
  one: ScriptedCase,
  operations: ScriptedCase["load"]["operations"],
): ScriptedCase => ({ ...one, load: { ...one.load, operations: [...operations] } });

/** Cases that one look at a pass proposes at most, beyond those with the seed as it is. */
const MOST_CANDIDATES = 300;

/**
 * Proposes each case of a pass with other seeds too: a case that is otherwise simpler may need other luck, such as another leader
 * or a client that asks another node. @param most seeds to try
 */
export const withOtherSeeds = ({ name, candidates }: Pass, most: number): Pass => ({
  name: `${name}, other seeds`,
  *candidates(one) {
    const all = [...candidates(one)];
    yield* all;
    const seeds = Math.min(most, Math.ceil(MOST_CANDIDATES / Math.max(1, all.length)));
    for (let seed = 1; seed <= seeds; seed++)
      for (const candidate of all) yield { ...candidate, seed: String(seed) };
  },
});
