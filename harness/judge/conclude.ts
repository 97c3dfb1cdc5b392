import type { History } from "#core/history";
import type { VerdictDocument } from "#core/run";
import type { Outcome } from "./agenda.ts";
import { type Conclusion, wallClock } from "./conclusion.ts";
import { mergeOutcomes } from "./judge.ts";
import { triaged } from "./triage/triage.ts";

/** The verdict that all outcomes together give, its anomalies explained and triaged. */
export function concluded(
  history: History,
  outcomes: readonly Outcome[],
  { acceptableDelay, began, ...given }: Conclusion,
): VerdictDocument {
  const elapsedMs = (): number => wallClock() - began;
  const verdict = mergeOutcomes(history, outcomes, { ...given, elapsedMs });
  return triaged(history, verdict, acceptableDelay);
}
