import type { Contradiction } from "#core/contradiction";
import { contradictionWords } from "#core/contradiction-words";
import { MODELS } from "#core/models";
import type { Model, ModelResult } from "#core/verdict";
import { RANK } from "./expectations.ts";
import type { Lattice } from "./lattice.ts";

/** What one checker says of one model, with its proof where it has one. */
export interface Finding extends ModelResult {
  readonly checker: string;
  /** Indexes of invocations that prove a violation. */
  readonly witness?: readonly number[];
  /** The violation in words. */
  readonly explanation?: string;
}

export interface Propagated {
  /** One result for each model, level and kind of objects that something is known of. */
  readonly results: readonly ModelResult[];
  readonly contradictions: readonly Contradiction[];
}

/**
 * Merges what several checkers found. A satisfied model satisfies the weaker ones and a violated one violates the stronger
 * ones, of the same objects at the same level, where nothing better is known of them. Two findings that cannot both be true
 * are a bug in riftcheck: neither is believed and nothing follows from them. The order of the findings does not matter, and
 * results propagated again stay what they are.
 */
export function propagate(findings: readonly Finding[], lattice: Lattice): Propagated {
  const results: ModelResult[] = [];
  const contradictions: Contradiction[] = [];
  const groups = [...Map.groupBy(findings, scopeOf)].sort(([a], [b]) => compare(a, b));
  for (const [, group] of groups) {
    const conflicts = contradictionsIn(group, lattice);
    contradictions.push(...conflicts);
    const merged = mergeSame(group, conflicts);
    results.push(...filled(merged, scopeFields(group[0]!), lattice));
  }
  return { results, contradictions };
}

const scopeOf = ({ objects, level }: Finding): string => JSON.stringify([objects, level]);

type Scope = Pick<ModelResult, "level" | "objects">;

const scopeFields = ({ level, objects }: Scope): Scope => ({
  ...(level === undefined ? {} : { level }),
  ...(objects === undefined ? {} : { objects }),
});

/** Pairs of findings of which one must be wrong; for each pair of models one. */
function contradictionsIn(group: readonly Finding[], lattice: Lattice): Contradiction[] {
  const said = (verdict: Finding["verdict"]): Map<Model, Finding> =>
    new Map(
      MODELS.flatMap((model) => {
        const found = group.filter((finding) => finding.model === model && finding.verdict === verdict);
        const first = found.toSorted(byProof)[0];
        return first === undefined ? [] : [[model, first]];
      }),
    );
  const violated = said("violated");
  return [...said("satisfied").values()].flatMap((yes) =>
    [...violated.values()]
      .filter((no) => (no.model === yes.model ? !lattice.isTold : lattice.follows(no.model, yes.model)))
      .map((no) => contradictionOf(yes, no)),
  );
}

/** Those with a witness first, then by name, so that the order of the findings does not matter. */
const byProof = (a: Finding, b: Finding): number =>
  Number(b.witness !== undefined) - Number(a.witness !== undefined) ||
  compare(a.checker, b.checker) ||
  compare(a.reason ?? "", b.reason ?? "") ||
  compare(JSON.stringify(a.witness), JSON.stringify(b.witness));

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const contradictionOf = (yes: Finding, no: Finding): Contradiction => ({
  ...scopeFields(yes),
  satisfied: {
    model: yes.model,
    checker: yes.checker,
    ...(yes.reason === undefined ? {} : { reason: yes.reason }),
  },
  violated: {
    model: no.model,
    checker: no.checker,
    ...((no.explanation ?? no.reason) === undefined ? {} : { reason: no.explanation ?? no.reason }),
    ...(no.witness === undefined ? {} : { witness: [...no.witness] }),
  },
});

function mergeSame(group: readonly Finding[], conflicts: readonly Contradiction[]): Map<Model, ModelResult> {
  const merged = new Map<Model, ModelResult>();
  for (const model of MODELS) {
    const conflict = conflicts.find(
      ({ satisfied, violated }) => satisfied.model === model || violated.model === model,
    );
    const found = group
      .filter((finding) => finding.model === model)
      .toSorted((a, b) => RANK[b.verdict] - RANK[a.verdict] || byProof(a, b))[0];
    if (found === undefined) continue;
    const { verdict, reason, disputed } = found;
    merged.set(model, {
      model,
      ...scopeFields(found),
      ...(conflict === undefined
        ? {
            verdict,
            ...(reason === undefined ? {} : { reason }),
            ...(disputed === undefined ? {} : { disputed }),
          }
        : { verdict: "unknown", reason: contradictionWords(conflict), disputed: true }),
    });
  }
  return merged;
}

/** Adds what follows: downwards from what is satisfied, upwards from what is violated. */
function filled(merged: ReadonlyMap<Model, ModelResult>, scope: Scope, lattice: Lattice): ModelResult[] {
  const known = [...merged.values()];
  return MODELS.flatMap((model): ModelResult[] => {
    const own = merged.get(model);
    if (own !== undefined && (own.verdict !== "unknown" || own.disputed === true)) return [own];
    const above = known.find((other) => other.verdict === "satisfied" && lattice.follows(model, other.model));
    if (above !== undefined) {
      return [{ model, ...scope, verdict: "satisfied", reason: followsFrom(above.model) }];
    }
    const below = known.find((other) => other.verdict === "violated" && lattice.follows(other.model, model));
    if (below !== undefined)
      return [{ model, ...scope, verdict: "violated", reason: followsFrom(below.model) }];
    return own === undefined ? [] : [own];
  });
}

const followsFrom = (model: Model): string => `follows from ${model}`;
