import { formatDuration } from "#core/units";
import { type Content, html, isolated, type Markup } from "../markup.ts";
import { aboutText, percent } from "../phrases.ts";
import type { FaultBand, OutcomeCounts, ReportData } from "../schema.ts";
import { count, grouped } from "../words.ts";
import { clocksPart } from "./plots.ts";
import { nothing, type Section, table } from "./section.ts";

/** Faults that are shown before the rest is folded away. */
const FAULTS_SHOWN = 24;
const FAULT_HEAD = ["Fault", "Nodes", "When", "Operations meanwhile", "What it did"];

/** Every fault: when, on whom, what it did, how the store answered meanwhile. */
export function faultsSection(data: ReportData): Section {
  const { faults, notes, to } = data;
  const section = { id: "faults", title: "Faults" };
  if (faults.length === 0)
    return { ...section, lead: null, body: nothing("No fault is recorded in this history.") };
  const rows = faults.map((fault) => [
    html`<b>${isolated(fault.fault)}</b>`,
    fault.nodes.length === 0 ? "–" : isolated(fault.nodes.join(", ")),
    html`${aboutText(fault.from)} – ${fault.to === null ? html`<b class="unsure">not healed</b>` : aboutText(fault.to)} <small>${formatDuration((fault.to ?? to) - fault.from)}</small>`,
    html`${percent(fault.during.ok, totalOf(fault.during))} ok <small>of ${grouped(totalOf(fault.during))}</small>`,
    effectOf(fault),
  ]);
  return {
    ...section,
    lead: leadOf(faults),
    body: [
      notes.length === 0
        ? null
        : html`<ul class="notes">${notes.map((note) => html`<li>${isolated(note)}</li>`)}</ul>`,
      table("Faults", FAULT_HEAD, rows.slice(0, FAULTS_SHOWN)),
      rows.length > FAULTS_SHOWN
        ? html`<details class="rest"><summary>${count(rows.length - FAULTS_SHOWN, "more fault")}</summary>${table("More faults", FAULT_HEAD, rows.slice(FAULTS_SHOWN))}</details>`
        : null,
      clocksPart(data),
    ],
  };
}

const totalOf = ({ ok, fail, info }: OutcomeCounts): number => ok + fail + info;

function leadOf(faults: readonly FaultBand[]): string {
  const unconfirmed = faults.filter((fault) => !fault.confirmed).length;
  const unhealed = faults.filter((fault) => fault.to === null).length;
  const parts = [
    unconfirmed === 0 ? "each confirmed to be in force" : `${unconfirmed} never confirmed to be in force`,
    unhealed === 0 ? "each verified to be healed" : `${unhealed} without a recorded healing`,
  ];
  return `${count(faults.length, "fault")}, ${parts.join(", ")}.`;
}

const effectOf = ({ effect, error }: FaultBand): Content => [
  effect === null ? (error === null ? "–" : null) : html`<span class="effect">${isolated(effect)}</span>`,
  error === null ? null : html` <b class="unsure">${isolated(error)}</b>`,
];

/** How operations ended, by kind, by node and by error. */
export function operationsSection({ operations }: ReportData): Section {
  const section = { id: "operations", title: "Operations" };
  if (operations.total === 0)
    return { ...section, lead: null, body: nothing("The history holds no operation.") };
  const rows = (entries: readonly (OutcomeCounts & { readonly name: string })[]): Content[][] =>
    entries.map(({ name, ok, fail, info }) => [
      html`<b>${isolated(name)}</b>`,
      ...[ok, fail, info].map((n) => grouped(n)),
      percent(ok, ok + fail + info),
    ]);
  const head = ["ok", "failed", "indefinite", "ok share"];
  return {
    ...section,
    lead: `${count(operations.total, "operation")}${operations.final > 0 ? `, of which ${count(operations.final, "final read")}` : ""}. Failed: certainly not done. Indefinite: perhaps done, perhaps later, perhaps never.`,
    body: [
      html`<div class="pair">${table("Operations by kind", ["Operation", ...head], rows(operations.byFunction.map((each) => ({ ...each, name: each.f }))))}${table("Operations by node", ["Node", ...head], rows(operations.byNode.map((each) => ({ ...each, name: each.node }))))}</div>`,
      operations.errors.length === 0
        ? null
        : table(
            "Errors",
            ["Error", "Operations"],
            operations.errors.map(({ code, count: n }) => [isolated(code), grouped(n)]),
          ),
    ],
  };
}

/** A lag from which the harness may have coloured the latencies it measured: nanoseconds. */
const NOTICEABLE_LAG = 50e6;
const STALLS_SHOWN = 5;
const STALLS_LISTED = 50;
const STALL_HEAD = ["Stalled at", "For"];

/** How the harness itself fared. */
export function healthSection({ health, run }: ReportData): Section {
  const section = { id: "health", title: "Health of the harness" };
  if (health === null)
    return { ...section, lead: null, body: nothing("The harness's own health was not recorded.") };
  const { loopLag, stalls, arrivalsDropped } = health;
  const rows = stalls
    .slice(0, STALLS_LISTED)
    .map((stall) => [aboutText(stall.at), formatDuration(stall.for)]);
  const virtual = run?.environment === "sim";
  const well = stalls.length === 0 && arrivalsDropped === 0 && loopLag.max < NOTICEABLE_LAG;
  return {
    ...section,
    lead: virtual
      ? "Time was simulated: the harness cannot have been late."
      : well
        ? "The harness kept up: what was slow in this run was the store."
        : "The harness itself was late at times: slow operations at those moments may not be the store's doing.",
    body: [
      html`<dl class="numbers">${[
        ["event-loop lag, p99", formatDuration(loopLag.p99), `half below ${formatDuration(loopLag.p50)}`],
        ["event-loop lag, worst", formatDuration(loopLag.max), "the latest any timer fired"],
        ["stalls", grouped(stalls.length), "moments the harness stood still"],
        ["arrivals dropped", grouped(arrivalsDropped), "found no free session under the asked rate"],
      ].map(
        ([name, value, note]) =>
          html`<div><dt>${name}</dt><dd>${value}</dd><dd class="note">${note}</dd></div>`,
      )}</dl>`,
      stalls.length === 0 ? null : table("Stalls", STALL_HEAD, rows.slice(0, STALLS_SHOWN)),
      rows.length > STALLS_SHOWN
        ? html`<details class="rest"><summary>${count(rows.length - STALLS_SHOWN, "more stall")}</summary>${table("More stalls", STALL_HEAD, rows.slice(STALLS_SHOWN))}</details>`
        : null,
      stalls.length > rows.length
        ? nothing(`${count(stalls.length - rows.length, "further stall")} not listed.`)
        : null,
    ],
  };
}

/** How the run was set up and how to see it again. */
export function repeatSection({ run, source }: ReportData): Section {
  const section = { id: "repeat", title: "Run it again" };
  const file = html`<p class="note">History: ${isolated(source)}</p>`;
  if (run === null)
    return {
      ...section,
      lead: null,
      body: [nothing("The command is not known: there is no run record beside this history."), file],
    };
  return { ...section, lead: null, body: [command(run.command), configuration(run.configuration), file] };
}

const command = (text: string): Markup =>
  html`<div class="command"><pre tabindex="0"><code id="command">${text}</code></pre><button type="button" data-copy="command">Copy</button></div>`;

const configuration = (entries: NonNullable<ReportData["run"]>["configuration"]): Markup =>
  html`<dl class="configuration">${entries.map(({ name, value }) => html`<div><dt>${isolated(name)}</dt><dd>${isolated(value)}</dd></div>`)}</dl>`;

/** What was odd, and what this report cannot show. */
export function notesSection({ warnings, missing }: ReportData): Section {
  const items = (texts: readonly string[]): Markup =>
    html`<ul class="notes">${texts.map((text) => html`<li>${isolated(text)}</li>`)}</ul>`;
  return {
    id: "notes",
    title: "Warnings and gaps",
    lead: null,
    body: [
      warnings.length === 0 && missing.length === 0 ? nothing("None.") : null,
      warnings.length > 0 ? items(warnings) : null,
      missing.length > 0
        ? [warnings.length > 0 ? html`<h3>Not in this report</h3>` : null, items(missing)]
        : null,
    ],
  };
}
