import type { Target } from "#core/target";
import { SECOND } from "#core/units";
import type { ScriptedCase } from "./case.ts";
import type { Oracle } from "./oracle.ts";
import { movedBy } from "./passes/times.ts";
import { shrinkCase } from "./shrink-case.ts";

export interface RealShrinkOptions {
  readonly target: Target;
  /** Runs cases in the simulation, of a target that has one. */
  readonly rehearsal: Oracle | undefined;
  /** Told of every step. */
  onSmaller(one: ScriptedCase): void;
}

/**
 * Makes a case smaller that runs in real time, where each step takes many seconds. A target that has a simulation rehearses there:
 * of the steps that the simulation took, the smallest is looked for that shows the anomaly on real nodes too, and only what is
 * left then is shrunk step by step. `start` must show the anomaly.
 */
export async function shrinkReal(
  start: ScriptedCase,
  oracle: Oracle,
  { target, rehearsal, onSmaller }: RealShrinkOptions,
): Promise<ScriptedCase> {
  const steps = rehearsal === undefined ? [] : await rehearse(start, rehearsal, target);
  const from = await smallestShown(steps, oracle);
  if (from !== undefined) onSmaller(from);
  return await shrinkCase(from ?? start, oracle, { target, inRealTime: true, onSmaller });
}

/** The steps that the simulation takes from `start`, each smaller than the one before; none if it does not show the anomaly. */
async function rehearse(start: ScriptedCase, rehearsal: Oracle, target: Target): Promise<ScriptedCase[]> {
  const steps: ScriptedCase[] = [];
  if (!(await rehearsal.shows(start))) return steps;
  await shrinkCase(start, rehearsal, { target, onSmaller: (one) => steps.push(inRealTime(one, start)) });
  return steps;
}

/** How long a fault may take to be in force on real nodes. */
const ROOM = SECOND;

/** The case with room after the beginning of each fault, and with the time before the final reads that there was. */
function inRealTime(one: ScriptedCase, { ending, network }: ScriptedCase): ScriptedCase {
  const begins = one.schedule.map(({ at }) => at);
  const moved = movedBy(one, (at) => at + ROOM * begins.filter((begin) => begin < at).length);
  return { ...moved, ending, network };
}

/** The last of the steps that shows the anomaly: by halves, as if every step after one that does not would not either. */
async function smallestShown(
  steps: readonly ScriptedCase[],
  oracle: Oracle,
): Promise<ScriptedCase | undefined> {
  let shown = -1;
  let notShown = steps.length;
  let next = steps.length - 1;
  while (notShown - shown > 1 && !oracle.isOver) {
    if (await oracle.shows(steps[next]!)) shown = next;
    else notShown = next;
    next = Math.floor((shown + notShown) / 2);
  }
  return steps[shown];
}
