import { MODELS } from "#core/models";
import type { Expectation, Model, ModelResult } from "#core/verdict";

export type Outcome = "met" | "broken" | "undecided" | "surprise";

/** Models about the end of a run: reads of any level show what became of the data. */
export const ABOUT_THE_END: readonly Model[] = ["no-lost-writes", "convergence"];

/** Models that may hold of each object and yet not of all together. The others hold of all if they hold of each. */
const NOT_OF_PARTS: readonly Model[] = ["sequential", "causal", "causal-convergent", "causal-memory", "pram"];

/** What an expectation meets in these results. */
export function outcomeOf(expectation: Expectation, results: readonly ModelResult[]): Outcome {
  const verdict = foundOf(expectation, results)?.verdict ?? "unknown";
  switch (expectation.is) {
    case "holds":
      return verdict === "satisfied" ? "met" : verdict === "violated" ? "broken" : "undecided";
    case "may-break":
      return "met";
    case "breaks":
      return verdict === "violated" ? "met" : "surprise";
  }
}

/** What was found of the model, level and objects that an expectation names, all taken together. */
export function foundOf(expectation: Expectation, results: readonly ModelResult[]): ModelResult | undefined {
  return wholeOf(
    expectation.model,
    results.filter(({ model, level, objects }) => {
      const isLevel =
        expectation.level === undefined || expectation.level === level || ABOUT_THE_END.includes(model);
      return isLevel && (expectation.objects === undefined || expectation.objects === objects);
    }),
  );
}

/** One verdict for each model that something is known of. */
export const mergedByModel = (results: readonly ModelResult[]): ModelResult[] =>
  MODELS.flatMap((model) => wholeOf(model, results) ?? []);

/** What counts first, where several judged the same: only what all leave standing is satisfied. */
export const RANK = { violated: 3, unknown: 2, satisfied: 1, "not-applicable": 0 } as const;

/** One verdict of a model over all levels and objects: violated over unknown over satisfied over not-applicable. */
function wholeOf(model: Model, results: readonly ModelResult[]): ModelResult | undefined {
  const worst = results
    .filter((result) => result.model === model)
    .toSorted((a, b) => RANK[b.verdict] - RANK[a.verdict])[0];
  if (worst?.verdict !== "satisfied" || !NOT_OF_PARTS.includes(model)) return worst;
  const kinds = new Set(results.map(({ objects }) => objects));
  if (kinds.size === 1 || isLinearizable(kinds, results)) return worst;
  const reason = "each kind of object keeps it by itself: nothing is known of all together";
  return { model, verdict: "unknown", reason };
}

/** Linearizable objects are linearizable together (Herlihy and Wing 1990), and keep together what follows. */
function isLinearizable(kinds: ReadonlySet<string | undefined>, results: readonly ModelResult[]): boolean {
  const found = results.filter(({ model }) => model === "linearizable");
  return (
    found.every(({ verdict }) => verdict === "satisfied" || verdict === "not-applicable") &&
    [...kinds].every((objects) => found.some((result) => result.objects === objects))
  );
}
