import type { ObjectSpec } from "#core/operation";
import type { Target } from "#core/target";
import type { ScriptedCase } from "./case.ts";
import { ddmin } from "./ddmin.ts";
import type { Oracle } from "./oracle.ts";
import { mergedClients, renumberedClients } from "./passes/clients.ts";
import { oneFaultFewer, oneOperationFewer, PARTS, type Parts } from "./passes/fewer.ts";
import { shortKeys, smallValues } from "./passes/names.ts";
import { fewerNodes, renamedNodes } from "./passes/nodes.ts";
import { type Pass, withOtherSeeds } from "./passes/pass.ts";
import { defaultOptions, fewerFinalReads, noProbes, shortQuiet, usualNetwork } from "./passes/settings.ts";
import { earlierEnd, roundTimes, shorterGaps } from "./passes/times.ts";

/** Rounds after which a case counts as small: each starts with fewer parts than the one before. */
const MOST_ROUNDS = 6;

/** Tried with each candidate of a pass that changes much, and of one that leaves out little. */
const FEW_SEEDS = 4;
const MORE_SEEDS = 40;

/**
 * Makes a case that shows an anomaly smaller and simpler for as long as the oracle has time: every step was run and shows the
 * same. First whole parts are left out (faults, clients, keys, operations), then nodes, then what is left is made simpler; again
 * until a round changes nothing. `start` must show the anomaly.
 */
export async function shrinkCase(
  start: ScriptedCase,
  oracle: Oracle,
  options: ShrinkOptions,
): Promise<ScriptedCase> {
  const shrinker = new Shrinker(start, oracle, options);
  return await shrinker.run();
}

export interface ShrinkOptions {
  readonly target: Target;
  /**
   * The cases run in real time, which decides anew each time: other seeds bring nothing about that another run would not, and a
   * run that shows an anomaly after a short time before the final reads does not tell that it would after a long one.
   */
  readonly inRealTime?: boolean;
  /** Told of every step. */
  onSmaller(one: ScriptedCase): void;
}

class Shrinker {
  readonly #oracle: Oracle;
  readonly #options: ShrinkOptions;
  /** Cases that were gone through, as text: two passes must not undo each other for ever. */
  readonly #passed = new Set<string>();
  #case: ScriptedCase;

  constructor(start: ScriptedCase, oracle: Oracle, options: ShrinkOptions) {
    this.#case = start;
    this.#oracle = oracle;
    this.#options = options;
    this.#passed.add(JSON.stringify(start));
  }

  async run(): Promise<ScriptedCase> {
    const { target, inRealTime = false } = this.#options;
    const withSeeds = (pass: Pass, most: number): Pass => (inRealTime ? pass : withOtherSeeds(pass, most));
    const simplify: readonly Pass[] = [
      withSeeds(fewerNodes, FEW_SEEDS),
      withSeeds(oneFaultFewer, FEW_SEEDS),
      withSeeds(oneOperationFewer, MORE_SEEDS),
      mergedClients,
      usualNetwork,
      defaultOptions(target),
      noProbes,
      fewerFinalReads,
      earlierEnd,
      shorterGaps,
    ];
    const finish: readonly Pass[] = [
      withSeeds(renumberedClients, MORE_SEEDS),
      withSeeds(renamedNodes, MORE_SEEDS),
      shortKeys,
      smallValues,
      roundTimes,
      ...(inRealTime ? [] : [shortQuiet]),
    ];
    for (let round = 0; round < MOST_ROUNDS && !this.#oracle.isOver; round++) {
      const before = this.#case;
      for (const parts of PARTS) await this.#fewer(parts);
      for (const pass of simplify) await this.#exhaust(pass);
      if (this.#case === before) break;
    }
    for (const pass of finish) await this.#exhaust(pass);
    return this.#case;
  }

  async #fewer(parts: Parts): Promise<void> {
    const from = this.#case;
    await ddmin(parts.of(from), (kept) => this.#take(parts.keep(from, kept)));
  }

  /** Takes from a pass what still shows the anomaly, until nothing that it proposes does. */
  async #exhaust(pass: Pass): Promise<void> {
    for (let isBetter = true; isBetter && !this.#oracle.isOver; ) {
      isBetter = false;
      for (const candidate of pass.candidates(this.#case)) {
        isBetter = this.#claimsAlike(candidate) && (await this.#take(candidate));
        if (isBetter) break;
      }
    }
  }

  async #take(candidate: ScriptedCase): Promise<boolean> {
    const text = JSON.stringify(candidate);
    if (this.#passed.has(text) || !(await this.#oracle.shows(candidate))) return false;
    this.#passed.add(text);
    this.#case = candidate;
    this.#options.onSmaller(candidate);
    return true;
  }

  /** Whether the target promises as much of the candidate: what it never promised would be no failure of its. */
  #claimsAlike(candidate: ScriptedCase): boolean {
    const { target } = this.#options;
    return claimOf(candidate, target) === claimOf(this.#case, target);
  }
}

/** What the target says of the model that the case breaks, and of the objects by which it is judged: the header stays as it is. */
function claimOf(
  { shows, nodes, workload, objects, schedule, targetOptions }: ScriptedCase,
  target: Target,
): string {
  const options = target.options.safeParse(targetOptions);
  if (!options.success) return "no options of this target";
  const faults = [...new Set(schedule.map(({ fault }) => fault))];
  const claims = target
    .claims(options.data, { workload, objects, nodes: nodes.length, faults })
    .filter(({ model, level }) => model === shows?.model && level === shows?.level)
    .map(({ is }) => is);
  return JSON.stringify([claims, target.objects?.(options.data, objects.map(unclaimed))]);
}

/** An object of which the header claims nothing that a store decides. */
const unclaimed = ({ keys, type, initial }: ObjectSpec): ObjectSpec => ({
  keys,
  type,
  initial,
  order: "unknown",
  uniqueWrites: false,
  siblings: false,
});
