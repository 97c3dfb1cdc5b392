import type { History } from "#core/history";
import type { VerdictDocument } from "#core/run";
import { MODELS } from "#core/models";
import type { Model } from "#core/verdict";
import { printable } from "../printable.ts";
import type { ReportData } from "../schema.ts";

/** Models that any replicated store may keep; the others are about one kind of data and missed only where they are judged. */
const ALWAYS_ASKED: ReadonlySet<Model> = new Set([
  ...(["linearizable", "sequential", "causal-memory", "causal-convergent", "causal", "pram"] as const),
  ...(["read-your-writes", "monotonic-reads", "monotonic-writes", "writes-follow-reads"] as const),
  ...(["no-lost-writes", "convergence"] as const),
]);

/** Models without a verdict, and why: what their checkers said, that nobody asked for them, or that no checker fits what the history holds. */
export function unjudgedOf(verdict: VerdictDocument, history: History): ReportData["unjudged"] {
  const judged = new Set(
    verdict.results.flatMap(({ model, verdict: is }) => (is === "not-applicable" ? [] : [model])),
  );
  const types = [...new Set(history.keys.map((_, key) => history.objectOf(key).type))];
  const otherwise =
    history.length === 0
      ? "there is no operation"
      : `no checker of theirs fits ${types.length === 0 ? "such operations" : `a history of ${types.map((type) => `${type}s`).join(", ")}`}`;
  return MODELS.flatMap((model) => {
    if (judged.has(model)) return [];
    const said = verdict.results.find((result) => result.model === model)?.reason;
    if (said === undefined && !ALWAYS_ASKED.has(model)) return [];
    if (said !== undefined) return [{ model, reason: printable(said, 200) }];
    const isAsked = verdict.asked?.includes(model) ?? true;
    return [{ model, reason: isAsked ? otherwise : "others were asked for with --model" }];
  });
}
