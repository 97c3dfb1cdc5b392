import { HarnessError } from "#core/errors";
import type { Target } from "#core/target";
import { MILLISECOND, type Nanoseconds } from "#core/units";
import type { AnomalyName, ScriptedCase } from "./case.ts";
import { CachingOracle, type OracleSettings } from "./oracle.ts";
import { showsAgain } from "./quarry.ts";
import { simulateCase } from "./simulate-case.ts";

/** Runs cases in the simulation and judges only the model that the anomaly breaks. */
export function simulatedOracle(
  shows: AnomalyName,
  {
    target,
    timeBudget,
    onTried,
    signal,
  }: {
    readonly target: Target;
    readonly timeBudget: Nanoseconds;
    readonly signal?: AbortSignal;
    readonly onTried?: NonNullable<OracleSettings["onTried"]>;
  },
): CachingOracle {
  const end = performance.now() + timeBudget / MILLISECOND;
  return new CachingOracle({
    tries: 1,
    hasTime: () => performance.now() < end && signal?.aborted !== true,
    run: (one) => simulatedShows(one, shows, target),
    ...(onTried === undefined ? {} : { onTried }),
  });
}

/** A run that does not come to its end shows nothing. */
async function simulatedShows(one: ScriptedCase, shows: AnomalyName, target: Target): Promise<boolean> {
  try {
    const { verdict } = await simulateCase(one, { target, models: [shows.model] });
    return showsAgain(verdict, shows);
  } catch (error) {
    if (error instanceof HarnessError) return false;
    throw error;
  }
}
