import fc from "fast-check";
import type { Operation } from "../operations.ts";
import { compareRun, type Comparison, type Disagreement, type FuzzCase } from "./fuzz-case.ts";

/** How many runs had which verdict. */
export type Tally = Record<Comparison["verdict"], number>;

export const emptyTally = (): Tally => ({ satisfied: 0, violated: 0, unknown: 0, "not-applicable": 0 });

/** Fewer than this share of satisfied, or of violated, runs: the comparison shows little. */
export const LEAST_SHARE = 0.2;

/** The classes of which too few were seen. */
export function rareClasses({ violated, ...others }: Tally): string[] {
  const satisfied = others.satisfied + others["not-applicable"];
  const total = satisfied + violated + others.unknown;
  return [
    ...(satisfied < total * LEAST_SHARE ? ["satisfied"] : []),
    ...(violated < total * LEAST_SHARE ? ["violated"] : []),
  ];
}

/** A disagreement, on the smallest history that fast-check found to show it. */
export interface Finding extends Disagreement {
  readonly run: readonly Operation[];
  /** With which fast-check draws it again. */
  readonly seed: number;
  readonly path: string | null;
}

/** Says a property no to fast-check; anything else that is thrown is a bug of checker or oracle. */
class Disagreed extends Error {}

/**
 * Compares so many random runs, noting every verdict in `tally`; stops at the first disagreement and shrinks it.
 * @throws Error with the smallest run on which checker or oracle throw
 */
export function findDisagreement(
  fuzzCase: FuzzCase,
  tally: Tally,
  parameters: { readonly numRuns: number; readonly seed?: number },
): Finding | undefined {
  let isShrinking = false;
  const property = fc.property(fuzzCase.runs, (run) => {
    const { verdict, disagreement } = compareRun(fuzzCase, run);
    if (!isShrinking) tally[verdict]++;
    isShrinking ||= disagreement !== undefined;
    if (disagreement !== undefined) throw new Disagreed();
  });
  const { counterexample, seed, counterexamplePath: path, errorInstance } = fc.check(property, parameters);
  if (counterexample === null) return undefined;
  const [run] = counterexample;
  if (!(errorInstance instanceof Disagreed)) {
    throw new Error(`comparing throws on ${JSON.stringify(run)}`, { cause: errorInstance });
  }
  return { ...compareRun(fuzzCase, run).disagreement!, run, seed, path };
}

/** For property tests: draws by the seed that fast-check is configured with. @throws Error naming what disagrees */
export function compareMany(fuzzCase: FuzzCase, numRuns: number): Tally {
  const tally = emptyTally();
  const finding = findDisagreement(fuzzCase, tally, { numRuns });
  if (finding === undefined) return tally;
  const { model, holds, text, run, seed, path } = finding;
  throw new Error(
    `${model} ${holds ? "holds" : "is broken"} by its definition, but ${text} (seed ${seed}, path ${path}): ${JSON.stringify(run)}`,
  );
}
