import type { Fate, TriageClass } from "#core/triage-classes";
import type { Triage } from "#core/triage";
import { formatDuration, type Nanoseconds } from "#core/units";
import type { Model } from "#core/verdict";
import type { Kind } from "./kinds.ts";

/** Everything that the class of an anomaly depends on. */
export interface Facts {
  readonly kind: Kind;
  readonly fate: Fate;
  readonly model: Model;
  /** Whether anything was claimed at all. */
  readonly anyClaims: boolean;
  /** What was claimed, and this breaks. */
  readonly breaks: readonly Model[];
  /** Nanoseconds that it took to resolve, or had taken when it was last looked at; undefined: no times were recorded. */
  readonly atLeast: Nanoseconds | undefined;
  /** Undefined: it was not seen to resolve, or no times were recorded. */
  readonly atMost: Nanoseconds | undefined;
  readonly bound: Nanoseconds;
  /** For sentences: who showed it in the end (`n2`, `a later read`, `every node`), what was read (`x from n2`). */
  readonly shownBy: string;
  readonly place: string;
  /** ` after partition-one of n3 was healed`, or where the time counts from otherwise. */
  readonly since: string;
}

interface Rule {
  readonly name: string;
  readonly class: TriageClass;
  /** When it applies: for the table in docs/triage.md. */
  readonly when: string;
  applies(facts: Facts): boolean;
  reason(facts: Facts): string;
}

const { POSITIVE_INFINITY: FOREVER } = Number;

/** The first rule that applies decides; docs/triage.md shows them as a table. */
export const RULES: readonly Rule[] = [
  {
    name: "lost",
    class: "flaw",
    when: "what was acknowledged, or read by somebody, is on no node in the end",
    applies: ({ kind, fate }) => kind === "lost" || fate === "lost",
    reason: () => "data is lost: no node has it in the end",
  },
  {
    name: "apart",
    class: "flaw",
    when: "after all had time to agree, some nodes still lack it",
    applies: ({ kind, fate }) => kind === "apart" || fate === "apart",
    reason: () => "the replicas stayed apart: some nodes still lack it in the end",
  },
  {
    name: "claimed",
    class: "flaw",
    when: "it breaks a guarantee that was claimed, however soon it resolved",
    applies: ({ breaks }) => breaks.length > 0,
    reason: ({ breaks }) => `it breaks ${breaks.join(" and ")}, which was claimed`,
  },
  {
    name: "wrong",
    class: "flaw",
    when: "no delay explains what was answered: a value nobody wrote, two decisions where one can stand",
    applies: ({ kind }) => kind === "wrong",
    reason: () => "no delay explains it, and waiting does not undo it",
  },
  {
    name: "slow",
    class: "flaw",
    when: "it certainly took longer than the bound",
    applies: ({ atLeast = 0, bound }) => atLeast > bound,
    reason: ({ atLeast = 0, bound, since }) =>
      `it took at least ${formatDuration(atLeast)}${since}, more than the ${formatDuration(bound)} that are acceptable`,
  },
  {
    name: "within",
    class: "delay",
    when: "it certainly resolved within the bound",
    applies: ({ fate, atMost = FOREVER, bound }) => fate === "resolved" && atMost <= bound,
    reason: ({ shownBy, atMost = 0, bound, since, ...claims }) =>
      `${shownBy} showed it at most ${formatDuration(atMost)}${since}, within the ${formatDuration(bound)} that are acceptable; ${claimWords(claims)}`,
  },
  {
    name: "unlooked",
    class: "undetermined",
    when: "it resolved, and nobody looked between a time within the bound and one beyond it",
    applies: ({ fate, atMost }) => fate === "resolved" && atMost !== undefined,
    reason: ({ atLeast = 0, atMost = 0, bound, since }) =>
      `it resolved between ${formatDuration(atLeast)} and ${formatDuration(atMost)}${since}: nobody looked in between, and ${formatDuration(bound)} are acceptable`,
  },
  {
    name: "untimed",
    class: "undetermined",
    when: "it resolved, and no times were recorded",
    applies: ({ fate }) => fate === "resolved",
    reason: ({ shownBy }) => `${shownBy} showed it later, but no times were recorded`,
  },
  {
    name: "pending",
    class: "undetermined",
    when: "it was still missing when it was last looked at, within the bound",
    applies: ({ fate }) => fate === "pending",
    reason: ({ place, atLeast, since }) =>
      `the last read of ${place} still lacks it${atLeast === undefined ? "" : `, ${formatDuration(atLeast)}${since}`}: nobody looked later`,
  },
  {
    name: "unread",
    class: "undetermined",
    when: "nobody looked again",
    applies: ({ fate }) => fate === "unread",
    reason: ({ place }) => `there is no later read of ${place} that would tell whether it resolved`,
  },
  {
    name: "lasting",
    class: "undetermined",
    when: "nothing in it can resolve, so that only claims decide, and none that it breaks was made",
    applies: () => true,
    reason: ({ model, anyClaims }) =>
      `nothing in it could resolve by waiting: it is a flaw if the store promises ${model}${anyClaims ? ", which was not claimed" : ""}`,
  },
];

function claimWords({ anyClaims, model }: Pick<Facts, "anyClaims" | "model">): string {
  return anyClaims
    ? "it breaks no guarantee that was claimed"
    : `nothing was claimed: it would be a flaw if the store promised ${model}`;
}

/** The class and why. Of flaws every reason is told, the deciding one first. Pure. */
export function classify(facts: Facts): Pick<Triage, "class" | "reason"> {
  const all = RULES.filter((rule) => rule.applies(facts));
  const [decisive] = all as [Rule, ...Rule[]];
  const told = decisive.class === "flaw" ? all.filter((rule) => rule.class === "flaw") : [decisive];
  return { class: decisive.class, reason: told.map((rule) => rule.reason(facts)).join("; ") };
}
