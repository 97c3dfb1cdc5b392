import { formatDuration } from "#core/units";
import type { Model } from "#core/verdict";
import { html, isolated, type Markup } from "../markup.ts";
import { aboutText, faultText, percent } from "../phrases.ts";
import type { FaultBand, NodeAvailability, ReportAnomaly, ReportData } from "../schema.ts";
import { count, grouped, MODEL_WORDS } from "../words.ts";
import { fold, type FoldedParts, nothing, type Section, table } from "./section.ts";

/** Models that say what readers see while the store runs; the others are about its end state or its data. */
const CONSISTENCY: ReadonlySet<Model> = new Set([
  ...(["linearizable", "sequential", "causal", "causal-convergent", "causal-memory", "pram"] as const),
  ...(["read-your-writes", "monotonic-reads", "monotonic-writes", "writes-follow-reads"] as const),
  ...(["bounded-staleness", "no-lost-writes"] as const),
]);

/** The verdict for somebody who knows none of the field's words. */
export function plainVerdict(data: ReportData): string {
  const of = (outcome: string) => data.promises.filter((promise) => promise.outcome === outcome);
  const promised = data.promises.filter(({ promised: is }) => is === "holds");
  const kept = promised.filter(({ outcome }) => outcome === "met").length;
  const broken = of("broken");
  const [first] = broken;
  if (data.operations.total === 0) return "Nothing was asked of the store, so nothing is known about it.";
  if (first !== undefined) {
    const more = broken.length > 1 ? ` ${count(broken.length - 1, "more promise")} of it broke too.` : "";
    return `The store does not do what it promises. It promised: “${MODEL_WORDS[first.model].promise}” This run shows that it does not.${more}`;
  }
  const lost = data.set?.lost ?? 0;
  const despite =
    lost > 0 && !promised.some(({ model }) => model === "no-lost-writes")
      ? ` It lost ${percent(lost, data.set?.acknowledged ?? lost)} of what it had acknowledged, which it never promised to keep.`
      : "";
  if (promised.length === 0)
    return (
      "The store promised nothing that this run could break; what follows describes how it behaved." + despite
    );
  const undecided = promised.length - kept;
  if (undecided > 0)
    return `Nothing shows that the store breaks a promise, but ${undecided === promised.length ? "none" : "not all"} of its ${count(promised.length, "promise")} could be decided.${despite}`;
  if (data.outcome === "unknown")
    return `No promise was seen to break, but this run proves nothing about the store’s ${count(promised.length, "promise")}.${despite}`;
  if (despite !== "")
    return `The store kept ${promised.length === 1 ? "its one promise" : `all ${promised.length} of its promises`} in this run, but it promises little.${despite}`;
  return `The store kept ${promised.length === 1 ? "its one promise" : `all ${promised.length} of its promises`} in this run. Another run may still break one: testing shows faults, not their absence.`;
}

/** What the store gave up when it could not have everything: CAP, and PACELC for the time without a fault. */
export function availabilitySection(data: ReportData, folded: FoldedParts): Section {
  const section = { id: "availability", title: "What it chose: consistency, availability, latency" };
  const { availability } = data;
  if (availability === null)
    return { ...section, lead: null, body: nothing("Without times nothing can be said of availability.") };
  const rows = availability.faults.flatMap(({ id, nodes }) => {
    const fault = data.faults.find((band) => band.id === id);
    return fault === undefined ? [] : nodes.map((node, i) => availabilityRow(fault, node, i === 0));
  });
  const head = ["Fault", "Node", "Updates", "No update for", "Reads", "No read for"];
  return {
    ...section,
    lead: null,
    body: [
      html`<ul class="choices"><li><b>When the network splits (CAP).</b> ${underPartition(data)}</li><li><b>Else, every day (PACELC).</b> ${withoutFault(data)}</li></ul>`,
      rows.length === 0 ? null : table("Availability during each fault", head, rows.slice(0, ROWS_SHOWN)),
      rows.length > ROWS_SHOWN
        ? fold(
            folded,
            "availability-rest",
            count(rows.length - ROWS_SHOWN, "more row"),
            table("Availability during the other faults", head, rows.slice(ROWS_SHOWN)),
          )
        : null,
    ],
  };
}

const ROWS_SHOWN = 18;

function availabilityRow(fault: FaultBand, { node, reads, updates }: NodeAvailability, isFirst: boolean) {
  const share = ({ ok, total }: typeof reads) =>
    total === 0 ? "–" : html`${percent(ok, total)} <small>of ${grouped(total)}</small>`;
  return [
    isFirst ? html`<b>${isolated(faultText(fault))}</b> <small>${aboutText(fault.from)}</small>` : "",
    node === null ? html`<small>no node named</small>` : isolated(node),
    ...[updates, reads].flatMap((each) => [
      share(each),
      each.silent === 0 ? "–" : formatDuration(each.silent),
    ]),
  ];
}

const isPartition = ({ fault }: FaultBand): boolean => fault.startsWith("partition");

function underPartition(data: ReportData): string {
  const partitions = new Set(data.faults.filter(isPartition).map(({ id }) => id));
  if (partitions.size === 0)
    return "No partition was injected, so this run does not show what the store gives up in one.";
  const nodes = (data.availability?.faults ?? [])
    .filter(({ id }) => partitions.has(id))
    .flatMap((fault) => fault.nodes);
  const sum = (of: (node: NodeAvailability) => number): number =>
    nodes.reduce((total, node) => total + of(node), 0);
  const [updates, updated] = [sum((node) => node.updates.total), sum((node) => node.updates.ok)];
  const [reads, read] = [sum((node) => node.reads.total), sum((node) => node.reads.ok)];
  if (updates + reads === 0) return "No operation ended during a partition.";
  const shares = [
    updates > 0 ? [`acknowledged ${percent(updated, updates)} of ${grouped(updates)} updates`] : [],
    reads > 0 ? [`answered ${percent(read, reads)} of ${grouped(reads)} reads`] : [],
  ].flat();
  const during = anomaliesOf(data).filter(({ faults }) => faults.some((id) => partitions.has(id))).length;
  const refused = updates - updated + reads - read;
  return `It ${shares.join(" and ")} while a partition was in force.${silence(nodes)} ${capWords(data, refused, during)}`;
}

function silence(nodes: readonly NodeAvailability[]): string {
  const stretches = nodes.flatMap(({ node, reads, updates }) => [
    { node, what: "update", silent: updates.silent },
    { node, what: "read", silent: reads.silent },
  ]);
  const worst = stretches.toSorted((a, b) => b.silent - a.silent)[0];
  if (worst === undefined || worst.silent === 0) return "";
  return ` The longest refusal: ${worst.node === null ? `no ${worst.what} succeeded` : `${worst.node} let no ${worst.what} succeed`} for ${formatDuration(worst.silent)}.`;
}

function capWords(data: ReportData, refused: number, during: number): string {
  if (during > 0 && refused > 0)
    return `It gave up some of both: operations failed, and ${count(during, "listed anomaly", "listed anomalies")} touch a partition.`;
  if (during > 0)
    return `It kept answering and gave up consistency (AP): ${count(during, "listed anomaly", "listed anomalies")} touch a partition.`;
  if (!wasJudged(data)) return "Whether it stayed consistent meanwhile was not decided.";
  const left = unlisted(data);
  if (left > 0)
    return `No listed anomaly touches a partition; ${count(left, "further one", "further ones")} may.`;
  if (refused > 0)
    return "No listed anomaly touches a partition: it gave up availability (CP), as far as this run shows.";
  return "Neither was seen to give way: perhaps no client reached the cut-off side.";
}

function withoutFault(data: ReportData): string {
  const { calm, faulty } = data.availability?.latency ?? { calm: null, faulty: null };
  if (calm === null) return "No operation succeeded outside of faults.";
  const took = `Half of the operations took at most ${formatDuration(calm.p50)}, 99 % at most ${formatDuration(calm.p99)}`;
  const compared =
    faulty === null
      ? `${took}.`
      : `${took}; with a fault in force ${formatDuration(faulty.p50)} and ${formatDuration(faulty.p99)}.`;
  const outside = anomaliesOf(data).filter(({ faults }) => faults.length === 0).length;
  if (outside > 0)
    return `${compared} ${count(outside, "listed anomaly lies", "listed anomalies lie")} outside of every fault: there it was not the network that cost consistency; the store answers before all agree (EL).`;
  const left = unlisted(data);
  if (left > 0)
    return `${compared} Every listed anomaly touches a fault; whether ${count(left, "further one", "further ones")} do is not told here.`;
  return wasJudged(data)
    ? `${compared} No listed anomaly lies outside of a fault: consistent while nothing fails (EC), as far as this run shows.`
    : compared;
}

const anomaliesOf = (data: ReportData): ReportAnomaly[] =>
  data.anomalies
    .flatMap(({ anomalies }) => anomalies)
    .filter(({ model, from }) => CONSISTENCY.has(model) && from !== null);

/** Anomalies that were counted only: nothing is known of their times. */
const unlisted = ({ anomalies }: ReportData): number =>
  anomalies.reduce((sum, group) => sum + group.count - group.anomalies.length, 0);

const wasJudged = ({ promises }: ReportData): boolean =>
  promises.some(
    ({ model, verdict }) => CONSISTENCY.has(model) && (verdict === "satisfied" || verdict === "violated"),
  );

/** Metrics against their thresholds. */
export function metricsSection({ metrics }: ReportData): Section {
  const all = metrics ?? [];
  const breached = all.filter((metric) => metric.breached).length;
  return {
    id: "metrics",
    title: "Metrics against their thresholds",
    lead: breached === 0 ? "No alarm." : `${count(breached, "alarm")}.`,
    body: table(
      "Metrics",
      ["", "Metric", "Measured", "Alarm", "From"],
      all.map(({ name, value, unit, threshold, alarm, breached: isOver, basis }) => [
        verdictOf(value, isOver),
        html`<code>${name}</code>`,
        value === null ? "–" : `${roundText(value)} ${unit}`,
        `${alarm} ${roundText(threshold)} ${unit}`,
        html`<span class="effect">${isolated(basis)}</span>`,
      ]),
    ),
  };
}

function verdictOf(value: number | null, breached: boolean): Markup {
  if (breached) return html`<b class="bad">✗ alarm</b>`;
  return value === null ? html`<span class="note">? not measured</span>` : html`✓ within`;
}

const roundText = (value: number): string => String(Number(value.toPrecision(3)));
