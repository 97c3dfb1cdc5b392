import { contradictionWords } from "#core/contradiction-words";
import { HarnessError, messageOf } from "#core/errors";
import type { VerdictDocument } from "#core/run";
import type { Target } from "#core/target";
import { SECOND } from "#core/units";
import type { AnomalyName, ScriptedCase } from "./case.ts";
import { drawCase, type HuntSpace } from "./draw-case.ts";
import { caught, kindOf, modelsOf, type Quarry, showsAgain } from "./quarry.ts";
import { simulateCase } from "./simulate-case.ts";

/** What became of one case of a hunt. */
export interface Tried {
  readonly number: number;
  /** Anomalies that count, one of each kind, with the sentence that tells of it. */
  readonly found: readonly (AnomalyName & { readonly explanation: string })[];
  /** The run with its operations as a script; only where something was found. */
  readonly case: ScriptedCase | undefined;
  /** Why the run did not come to its end, or could not be judged. */
  readonly trouble: { readonly message: string; readonly code: HarnessError["code"] } | undefined;
}

/**
 * Cases are tried with a short time before their final reads. In virtual time a long one costs little, and what is only late does not
 * pass for lost then: so whatever is found must show again after this long.
 */
export const LONG_QUIET = 30 * SECOND;

/** Draws, simulates and judges the case with this number. Never rejects. */
export async function tryCase(
  space: HuntSpace,
  number: number,
  { target, quarry }: { readonly target: Target; readonly quarry: Quarry },
): Promise<Tried> {
  try {
    const drawn = drawCase(space, number, target);
    const models = modelsOf(quarry, drawn.expectations);
    const options = { target, ...(models === undefined ? {} : { models }) };
    const { verdict, scripted } = await simulateCase(drawn, options);
    requireAgreement(verdict);
    if (caught(verdict, quarry).length === 0)
      return { number, found: [], case: undefined, trouble: undefined };
    const patient = { ...scripted, ending: { ...scripted.ending, quiet: LONG_QUIET } };
    const confirmed = (await simulateCase(patient, options)).verdict;
    requireAgreement(confirmed);
    const found = caught(confirmed, quarry)
      .filter((anomaly) => showsAgain(verdict, anomaly))
      .map((anomaly) => ({ ...kindOf(anomaly), explanation: anomaly.explanation }));
    return { number, found, case: found.length === 0 ? undefined : patient, trouble: undefined };
  } catch (error) {
    const code = error instanceof HarnessError ? error.code : "internal";
    return { number, found: [], case: undefined, trouble: { message: messageOf(error), code } };
  }
}

/** @throws HarnessError `internal` if checkers contradict each other */
function requireAgreement({ contradictions = [] }: VerdictDocument): void {
  const [contradiction] = contradictions;
  if (contradiction !== undefined) throw new HarnessError("internal", contradictionWords(contradiction));
}
