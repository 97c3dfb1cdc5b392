import { formatDuration } from "#core/units";
import { type Content, html, isolated, type Markup } from "../markup.ts";
import { aboutText, faultText, percent, secondsText } from "../phrases.ts";
import { printable } from "../printable.ts";
import type { ReportData } from "../schema.ts";
import { count, grouped } from "../words.ts";
import { fold, type FoldedParts, nothing, type Section, table } from "./section.ts";

type Convergence = NonNullable<ReportData["convergence"]>;
type SetNumbers = NonNullable<ReportData["set"]>;

/** Whether and when the replicas became equal after the last fault was healed. */
export function convergenceSection(data: ReportData): Section {
  const { convergence } = data;
  const section = { id: "convergence", title: "Convergence of the replicas" };
  if (convergence === null) {
    return {
      ...section,
      lead: null,
      body: [
        nothing("Convergence at the end was not measured: it needs final reads on every node."),
        healings(data),
      ],
    };
  }
  const diverged =
    convergence.divergedKeys > 0
      ? `${grouped(convergence.divergedKeys)} of ${count(convergence.keys, "key")} still differed between replicas at the end.`
      : `${convergence.keys === 1 ? "The one key was" : `All ${count(convergence.keys, "key")} were`} equal on every replica in the end.`;
  return {
    ...section,
    lead: `${diverged} Times count from the healing of the last fault, at ${aboutText(convergence.from)}: a replica caught up somewhere within its bar, between its last read that disagreed and its next that agreed.`,
    body: [convergenceBars(convergence), healings(data)],
  };
}

type Healing = NonNullable<ReportData["lag"]>["healings"][number];

/** More healings than this are not drawn: the slowest ones are. */
const HEALINGS_SHOWN = 8;

/** When each node had caught up after each healing in the middle of the run, by the reads between it and the next fault. */
function healings({ lag, faults }: ReportData): Content {
  if (faults.length === 0) return null;
  const title = html`<h3>After each healing</h3>`;
  if (lag === null)
    return [
      title,
      nothing(
        "When nodes caught up in the middle of the run was not measured: it needs registers whose version order is known, or sets.",
      ),
    ];
  const read = lag.healings.filter(({ nodes }) => Object.keys(nodes).length > 0);
  if (read.length === 0)
    return [
      title,
      nothing("No node was read between a healing and the next fault, or the end of the operations."),
    ];
  const slowest = read.toSorted((a, b) => slowness(b) - slowness(a)).slice(0, HEALINGS_SHOWN);
  const shown = slowest.toSorted((a, b) => a.at - b.at);
  const most = Math.max(1, ...shown.flatMap(({ nodes }) => Object.values(nodes).map(reach))) * 1.04;
  return [
    title,
    html`<p class="note">When the reads of a node no longer lacked anything that was known before the healing: within its bar. All bars to one scale.${read.length > shown.length ? ` The slowest ${shown.length} of ${read.length} healings.` : ""}</p>`,
    shown.map((healing) => healingBars(healing, faults, most)),
  ];
}

const reach = ({ lower, upper }: Healing["nodes"][string]): number => Math.max(lower, upper ?? lower);

/** A node that had not caught up at all comes before all others. */
const slowness = ({ nodes }: Healing): number =>
  Math.max(...Object.values(nodes).map((node) => (node.upper === null ? Number.MAX_VALUE : reach(node))));

function healingBars({ fault: id, at, nodes }: Healing, faults: ReportData["faults"], most: number): Markup {
  const fault = faults.find((band) => band.id === id);
  const rows = Object.entries(nodes).sort(([a], [b]) => a.localeCompare(b, "en", { numeric: true }));
  const name = fault === undefined ? `fault ${id}` : faultText(fault);
  return html`<div class="bars healing"><p>${isolated(name)} <small>healed at ${aboutText(at)}</small></p>${rows.map(
    ([node, { lower, upper, stale, reads }]) => {
      const [from, to] = [(lower / most) * 100, upper === null ? 100 : (upper / most) * 100];
      return html`<div><span>${isolated(printable(node, 60))}</span><svg aria-hidden="true" width="100%" height="14"><rect class="track" width="100%" height="14" rx="2"/><rect class="${upper === null ? "apart" : "caught-up"}" x="${from.toFixed(2)}%" width="${Math.max(0.6, to - from).toFixed(2)}%" height="14" rx="2"/></svg><span>${upper === null ? html`<b class="bad">not before the next fault</b>` : lower <= 0 ? `within ${formatDuration(upper)}` : `${formatDuration(lower)} – ${formatDuration(upper)}`} <small>${grouped(stale)} of ${count(reads, "read")} lacked something</small></span></div>`;
    },
  )}</div>`;
}

function convergenceBars({ nodes }: Convergence): Markup {
  const entries = Object.entries(nodes).sort(([a], [b]) => a.localeCompare(b, "en", { numeric: true }));
  const most = Math.max(1, ...entries.map(([, node]) => Math.max(node.lower, node.upper ?? 0))) * 1.04;
  const at = (ns: number): number => (Math.max(0, ns) / most) * 100;
  return html`<div class="bars" role="table" aria-label="Convergence by node">${entries.map(
    ([name, node]) => {
      const to = node.upper === null ? 100 : at(node.upper);
      return html`<div role="row"><span role="cell">${isolated(printable(name, 60))}</span><svg role="presentation" width="100%" height="14"><rect class="track" width="100%" height="14" rx="2"/><rect class="${node.upper === null ? "apart" : "caught-up"}" x="${at(node.lower).toFixed(2)}%" width="${Math.max(0.6, to - at(node.lower)).toFixed(2)}%" height="14" rx="2"/></svg><span role="cell">${caughtUp(node)}</span></div>`;
    },
  )}</div>`;
}

function caughtUp({ lower, upper, disagreeingReads }: Convergence["nodes"][string]): Content {
  const reads = html`<small>${count(disagreeingReads, "disagreeing read")}</small>`;
  if (upper === null) return html`<b class="bad">never</b> ${reads}`;
  return html`${lower <= 0 ? `within ${formatDuration(upper)}` : `${formatDuration(lower)} – ${formatDuration(upper)}`} ${reads}`;
}

/** What became of the elements that were added, and which acknowledged ones are gone. */
export function durabilitySection(data: ReportData, folded: FoldedParts): Section {
  const { set } = data;
  const section = { id: "durability", title: "Durability of acknowledged adds" };
  if (set === null) return { ...section, lead: null, body: nothing("No set was used in this history.") };
  const lead =
    set.lost > 0
      ? html`<b class="bad">${grouped(set.lost)} of ${grouped(set.acknowledged)} acknowledged elements (${percent(set.lost, set.acknowledged)}) are lost</b>: no final read on any node returned them.`
      : `None of ${grouped(set.acknowledged)} acknowledged elements is known to be lost.`;
  const vanished =
    set.vanished > 0
      ? html` <b class="bad">${count(set.vanished, "more element")} that reads had shown</b>, and nobody acknowledged, ${set.vanished === 1 ? "is" : "are"} gone.`
      : null;
  return { ...section, lead: html`${lead}${vanished}`, body: [numbers(set), lostTable(data, set, folded)] };
}

function numbers(set: SetNumbers): Markup {
  const entries: [string, number, string, boolean][] = [
    ["attempted", set.attempts, "adds sent to the store", false],
    ["acknowledged", set.acknowledged, "answered with success", false],
    ["lost", set.lost, "acknowledged, absent from every final read", set.lost > 0],
    ["vanished", set.vanished, "never acknowledged, read, absent from every final read", set.vanished > 0],
    ["diverged", set.diverged, "present on some nodes, missing on others", set.diverged > 0],
    ["stale", set.stale, staleNote(set), false],
    ["never read", set.neverRead, "acknowledged, but no read could have shown it", false],
    ["recovered", set.recovered, "never acknowledged, yet stored", false],
    ["unexpected", set.unexpected, "read, though nobody added it", set.unexpected > 0],
  ];
  return html`<dl class="numbers">${entries.map(([name, value, note, bad]) => html`<div class="${bad ? "bad" : value === 0 ? "zero" : ""}"><dt>${name}</dt><dd>${grouped(value)}</dd><dd class="note">${note}</dd></div>`)}</dl>`;
}

const staleNote = ({ stale, staleLatency }: SetNumbers): string =>
  stale === 0
    ? "missing from a read for a while"
    : `missing from a read for a while, up to ${formatDuration(staleLatency.max)}`;

/** Rows that are shown before the rest is folded away. */
const SHOWN = 12;

function lostTable({ faults }: ReportData, set: SetNumbers, folded: FoldedParts): Content {
  if (set.lostElements.length === 0) return null;
  const rows = set.lostElements.map((lost) => {
    const inForce = faults.filter((fault) => lost.faults.includes(fault.id));
    return [
      html`<code>${isolated(lost.element)}</code>`,
      isolated(lost.key),
      `${secondsText(lost.acknowledgedAt)}${lost.onlyRead ? " (read)" : ""}`,
      lost.node === null ? "–" : html`<b>${isolated(lost.node)}</b>`,
      String(lost.process),
      inForce.length === 0 ? "–" : inForce.map((fault, i) => [i > 0 ? "; " : "", isolated(faultText(fault))]),
    ];
  });
  const head = ["Lost element", "Key", "Known since", "From node", "Process", "Fault in force"];
  const rest = rows.slice(SHOWN);
  const unlisted = set.lost + set.vanished - rows.length;
  return [
    table("Lost elements", head, rows.slice(0, SHOWN)),
    rest.length > 0
      ? fold(
          folded,
          "lost-elements",
          count(rest.length, "more lost element"),
          table("More lost elements", head, rest),
        )
      : null,
    unlisted > 0 ? nothing(`${count(unlisted, "further lost element")} not listed.`) : null,
  ];
}
