import { type Cause, type NearbyFault, type Triage, TRIAGE_CLASSES } from "#core/triage";
import { formatDuration, type Nanoseconds } from "#core/units";
import type { Anomaly } from "#core/verdict";
import { TYPE_FACTS } from "./kinds.ts";

type Triaged = Anomaly & { readonly triage: Triage };

/** Anomalies of one type, class, place and fault belong together; flaws first, then what happened most often. */
export function causesOf(anomalies: readonly Triaged[]): Cause[] {
  const groups = Map.groupBy(anomalies.keys(), (i) => {
    const { type, triage } = anomalies[i]!;
    const faults = triage.faults.map(({ id, when }) => `${id} ${when}`);
    return JSON.stringify([type, triage.class, triage.nodes, faults]);
  });
  return [...groups.values()]
    .map((places) => causeOf(anomalies, places))
    .toSorted((a, b) => rank(a) - rank(b) || b.count - a.count || a.first - b.first);
}

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
    faults: triage.faults,
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
  if (faults.length === 0) return "without any fault";
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

function faultWords({ fault, nodes, when }: NearbyFault, places: readonly string[]): string {
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
  { class: is, count, resolution }: Pick<Cause, "class" | "count" | "resolution">,
  members: readonly Triaged[],
): string {
  const fates = new Set(members.map(({ triage }) => triage.fate));
  const all = count === 1 ? "" : "all ";
  const [fate] = fates;
  const broken = [...new Set(members.flatMap(({ triage }) => triage.breaks))];
  const claims = broken.length === 0 ? "" : `, breaking ${broken.join(" and ")}`;
  if (fates.size > 1)
    return `${is === "undetermined" ? "of which the history tells too little" : "not all resolved"}${claims}`;
  switch (fate) {
    case "resolved":
      return `${all}resolved${resolution === undefined ? "" : ` ${rangeWords(resolution)}`}${claims}`;
    case "lost":
      return `${all}gone from every node${claims}`;
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

function rangeWords({
  min,
  median,
  max,
}: {
  min: Nanoseconds;
  median: Nanoseconds;
  max: Nanoseconds;
}): string {
  const [least, most] = [formatDuration(min), formatDuration(max)];
  if (least === most) return `within ${most}`;
  return `within ${formatDuration(median)} (${least} to ${most})`;
}
