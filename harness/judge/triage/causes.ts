import type { Cause, NearbyFault, Triage } from "#core/triage";
import { TRIAGE_CLASSES, type TriageClass } from "#core/triage-classes";
import { formatDuration } from "#core/units";
import type { Anomaly } from "#core/verdict";
import { stopsConvergence } from "./fault-spans.ts";
import { TYPE_FACTS } from "./kinds.ts";

type Triaged = Anomaly & { readonly triage: Triage };

/** Anomalies of one type, class, place and fault belong together; flaws first, then what happened most often. */
export function causesOf(anomalies: readonly Triaged[]): Cause[] {
  const groups = Map.groupBy(anomalies.keys(), (i) => {
    const { type, triage } = anomalies[i]!;
    const faults = triage.faults.map(placeOf);
    return JSON.stringify([type, triage.class, triage.nodes, faults]);
  });
  return [...groups.values()]
    .map((places) => causeOf(anomalies, places))
    .toSorted((a, b) => rank(a) - rank(b) || b.count - a.count || a.first - b.first);
}

/** The same fault of the same nodes, however often it came. */
const placeOf = ({ fault, nodes, when }: NearbyFault): string => `${when} ${fault} ${nodes.join()}`;

/** Every fault of a group once, with the ids of all its times. */
const faultsOf = (members: readonly Triaged[]): Cause["faults"] =>
  [
    ...Map.groupBy(
      members.flatMap(({ triage }) => triage.faults),
      placeOf,
    ).values(),
  ].map((same) => ({
    fault: same[0]!.fault,
    nodes: same[0]!.nodes,
    when: same[0]!.when,
    ids: [...new Set(same.map(({ id }) => id))].toSorted((a, b) => a - b),
  }));

const rank = ({ class: is }: Cause): number => TRIAGE_CLASSES.indexOf(is);

function causeOf(all: readonly Triaged[], places: readonly number[]): Cause {
  const members = places.map((place) => all[place]!);
  const [{ type, triage }] = members as [Triaged, ...Triaged[]];
  const times = members.map((member) => member.triage.at);
  const took = members.flatMap((member) => member.triage.tookAtMost ?? []).toSorted((a, b) => a - b);
  const cause = {
    class: triage.class,
    type,
    nodes: triage.nodes,
    faults: faultsOf(members),
    count: members.length,
    first: Math.min(...times),
    last: Math.max(...times),
    ...(took.length === 0
      ? {}
      : { resolution: { min: took[0]!, median: took[(took.length - 1) >> 1]!, max: took.at(-1)! } }),
    anomalies: [...places],
  };
  return { ...cause, sentence: sentenceOf(cause, members) };
}

function sentenceOf(cause: Omit<Cause, "sentence">, members: readonly Triaged[]): string {
  const { one, many } = TYPE_FACTS[members[0]!.type];
  const what = `${cause.count} ${cause.count === 1 ? one : many}`;
  const where = cause.nodes.length === 0 ? "" : ` on ${cause.nodes.join(" and ")}`;
  return `${what}${where} ${circumstances(cause)}, ${outcome(cause, members)}`;
}

function circumstances({ nodes, faults }: Pick<Cause, "nodes" | "faults">): string {
  if (faults.length === 0) return "without any fault on record";
  return faults.map((fault) => faultWords(fault, nodes)).join(" and ");
}

/** What a fault does to the one node that it hits. */
const STATES: readonly (readonly [prefix: string, state: string])[] = [
  ["partition-one-way", "cut off in one direction"],
  ["partition-clients", "cut off from clients"],
  ["partition-", "cut off"],
  ["pause-", "paused"],
  ["kill-", "down"],
  ["power-", "without power"],
  ["slow-", "slow"],
  ["clock-", "telling a wrong time"],
  ["packet-", "on bad links"],
];

function faultWords({ fault, nodes, when }: Cause["faults"][number], places: readonly string[]): string {
  const state = STATES.find(([prefix]) => fault.startsWith(prefix))?.[1];
  const [node] = nodes;
  if (state === undefined || node === undefined || nodes.length > 1)
    return `${when} ${fault}${node === undefined ? "" : ` of ${nodes.join(", ")}`}`;
  const who = places.length === 1 && places[0] === node ? "it" : node;
  const phrase = { during: `while ${who} was`, after: `after ${who} had been`, before: `before ${who} was` }[
    when
  ];
  return `${phrase} ${state} (${fault}${who === "it" ? "" : ` of ${node}`})`;
}

function outcome(
  { class: is, count, faults }: Pick<Cause, "class" | "count" | "faults">,
  members: readonly Triaged[],
): string {
  const fates = new Set(members.map(({ triage }) => triage.fate));
  const all = count === 1 ? "" : "all ";
  const isLate = TYPE_FACTS[members[0]!.type].kind === "late";
  const [fate] = fates;
  const broken = [...new Set(members.flatMap(({ triage }) => triage.breaks))];
  const claims = broken.length === 0 ? "" : `, breaking ${broken.join(" and ")}`;
  if (fates.size > 1)
    return `${is === "undetermined" ? "of which the history tells too little" : "not all resolved"}${claims}`;
  switch (fate) {
    case "resolved":
      return `${all}${resolvedWords(is, members, faults)}${claims}`;
    case "lost":
      return `${isLate ? "what was missed is " : all}gone from every node${claims}`;
    case "apart":
      return `${all}never settled: the replicas stayed apart${claims}`;
    case "pending":
      return `still unresolved when last read${claims}`;
    case "unread":
      return `never read again${claims}`;
    default:
      return `which waiting does not resolve${claims}`;
  }
}

/** How soon they resolved, and what is wrong with that where it alone decided. */
function resolvedWords(is: TriageClass, members: readonly Triaged[], faults: Cause["faults"]): string {
  const took = members.flatMap(({ triage }) => triage.tookAtMost ?? []).toSorted((a, b) => a - b);
  const [most, median] = [took.at(-1), took[(took.length - 1) >> 1]];
  if (most === undefined || median === undefined) return "resolved, nobody knows how soon";
  const { bound, tookAtLeast = 0 } = members[0]!.triage;
  const isFree =
    faults.length === 0 || !faults.every((one) => one.when === "during" && stopsConvergence(one));
  const often = members.length === 1 ? "" : ` (median ${formatDuration(median)})`;
  const within = `within ${formatDuration(most)}${isFree ? "" : " after healing"}${often}`;
  if (is === "undetermined") return `resolved ${within}, but nobody looked earlier`;
  const isLate = is === "flaw" && tookAtLeast > bound;
  return `resolved ${within}${isLate ? `, later than the ${formatDuration(bound)} that are acceptable` : ""}`;
}
