import { UNLIMITED } from "#core/budget";
import { HarnessError } from "#core/errors";
import type { Target } from "#core/target";
import { MILLISECOND, SECOND } from "#core/units";
import { checkersFor } from "../../checkers/registry.ts";
import { boundsOf } from "../../harness/cli/strongest-expectation.ts";
import type { AnomalyName, ScriptedCase } from "../../harness/hunt/case.ts";
import { CachingOracle } from "../../harness/hunt/oracle.ts";
import { showsAgain } from "../../harness/hunt/quarry.ts";
import { shrinkCase } from "../../harness/hunt/shrink-case.ts";
import { simulateCase } from "../../harness/hunt/simulate-case.ts";
import { LONG_QUIET, type Tried, tryCase } from "../../harness/hunt/try-case.ts";
import type { Bug } from "../../targets/eventual/bugs/bug.ts";
import type { DetectionRecord } from "./records.ts";
import { quarryOf, spaceOf, withoutBug } from "./space.ts";

export interface Examination {
  /** Most runs until the bug must have shown. */
  readonly seeds: number;
  /** Runs without the bug; as many as with it if that is more. */
  readonly controls: number;
  /** Most wall-clock seconds to shrink the first case; 0: it is not shrunk. */
  readonly shrinkSeconds: number;
  readonly replays: number;
}

export interface Examined {
  readonly record: DetectionRecord;
  /** The smallest case found. */
  readonly smallest: ScriptedCase | undefined;
}

/** Looks for one bug: how soon it shows, that the store without it does not show the same, and the smallest case that does. */
export async function examine(
  bug: Bug,
  target: Target,
  settings: Examination,
  say: (words: string) => void,
): Promise<Examined> {
  const began = performance.now();
  const { first, tried, troubles } = await search(bug, target, settings.seeds);
  const searchMs = Math.round(performance.now() - began);
  say(first === undefined ? `not caught in ${tried} runs` : `caught in run ${first.number}, ${searchMs} ms`);
  // The run that showed it is among them: what the store shows in the same run is no sign of the bug.
  const runs = Math.max(settings.controls, tried);
  const shownByControls = await controls(bug, target, runs);
  if (shownByControls.length > 0) say(`the store without it shows the same: runs ${shownByControls.join()}`);
  const record: DetectionRecord = {
    bug: bug.name,
    ...(first === undefined ? {} : { seed: first.number }),
    tried,
    searchMs,
    checkers: first === undefined ? [] : await checkersThatReport(first, target),
    controls: runs,
    shownByControls,
    troubles,
  };
  if (first === undefined || settings.shrinkSeconds === 0) return { record, smallest: undefined };
  return shrunk(first, record, target, settings);
}

interface Found {
  readonly number: number;
  readonly case: ScriptedCase;
  readonly shows: AnomalyName;
}

interface Searched {
  readonly first: Found | undefined;
  readonly tried: number;
  readonly troubles: string[];
}

async function search(bug: Bug, target: Target, seeds: number): Promise<Searched> {
  const space = spaceOf(bug, true);
  const troubles: string[] = [];
  for (let number = 1; number <= seeds; number++) {
    const tried = await tryCase(space, number, { target, quarry: quarryOf(bug) });
    if (tried.trouble !== undefined) troubles.push(`run ${number}: ${tried.trouble.message}`);
    const first = foundIn(tried);
    if (first !== undefined) return { first, tried: number, troubles };
  }
  return { first: undefined, tried: seeds, troubles };
}

function foundIn({ number, found: [anomaly], case: one }: Tried): Found | undefined {
  if (anomaly === undefined || one === undefined) return undefined;
  const { explanation: _, ...shows } = anomaly;
  return { number, case: { ...one, shows }, shows };
}

async function controls(bug: Bug, target: Target, runs: number): Promise<number[]> {
  const space = spaceOf(bug, false);
  const shown: number[] = [];
  for (let number = 1; number <= runs; number++) {
    const { found } = await tryCase(space, number, { target, quarry: quarryOf(bug) });
    if (found.length > 0) shown.push(number);
  }
  return shown;
}

async function checkersThatReport({ case: one, shows }: Found, target: Target): Promise<string[]> {
  const { history } = await simulateCase(one, { target, models: [shows.model] });
  return checkersFor(boundsOf(one.expectations))
    .filter(({ models }) => models.includes(shows.model))
    .filter((checker) => checker.applies(history))
    .filter((checker) => checker.check(history, UNLIMITED).anomalies.some(({ type }) => type === shows.type))
    .map(({ name }) => name);
}

async function shrunk(
  { case: one, shows }: Found,
  record: DetectionRecord,
  target: Target,
  { shrinkSeconds, replays }: Examination,
): Promise<Examined> {
  const began = performance.now();
  const end = began + (shrinkSeconds * SECOND) / MILLISECOND;
  const oracle = new CachingOracle({
    tries: 1,
    hasTime: () => performance.now() < end,
    run: (candidate) => isOfTheBug(candidate, shows, target),
  });
  const shrink = (start: ScriptedCase): Promise<ScriptedCase> =>
    shrinkCase(start, oracle, { target, onSmaller: () => undefined });
  const quick = impatient(one);
  let smallest = (await oracle.shows(quick)) ? await shrink(quick) : one;
  if (smallest === one || !(await isShown(patient(smallest), shows, target))) smallest = await shrink(one);
  const shrinkMs = Math.round(performance.now() - began);
  let shown = 0;
  for (let i = 0; i < replays; i++) if (await isShown(smallest, shows, target)) shown++;
  const { nodes, load, schedule } = smallest;
  const clients = new Set(load.operations.map(({ client }) => client)).size;
  const sizes = { nodes: nodes.length, clients, operations: load.operations.length, faults: schedule.length };
  return { record: { ...record, smallest: { ...sizes, replays, shown, shrinkMs } }, smallest };
}

const IMPATIENCE = SECOND;

/**
 * With a short end, in which a run costs a tenth. What is only late shows without the bug as well, and so is no step of shrinking;
 * and what is left must show after a long time too.
 */
const impatient = (one: ScriptedCase): ScriptedCase => ({
  ...one,
  ending: { ...one.ending, quiet: Math.min(one.ending.quiet, 2 * IMPATIENCE) },
  convergeWithin: Math.min(one.convergeWithin, IMPATIENCE),
});
const patient = (one: ScriptedCase): ScriptedCase => ({
  ...one,
  ending: { ...one.ending, quiet: LONG_QUIET },
});

/** Whether the bug shows the anomaly and the store without it does not: a smaller case must not show something else. */
const isOfTheBug = async (one: ScriptedCase, shows: AnomalyName, target: Target): Promise<boolean> =>
  (await isShown(one, shows, target)) && !(await isShown(withoutBug(one), shows, target));

/** A run that does not come to its end shows nothing. */
export async function isShown(one: ScriptedCase, shows: AnomalyName, target: Target): Promise<boolean> {
  try {
    return showsAgain((await simulateCase(one, { target, models: [shows.model] })).verdict, shows);
  } catch (error) {
    if (error instanceof HarnessError) return false;
    throw error;
  }
}
