import { formatDuration } from "#core/units";
import { type Content, html, isolated, type Markup } from "../markup.ts";
import { percent } from "../phrases.ts";
import type { ReportData } from "../schema.ts";
import { count, grouped, VALID_WORDS } from "../words.ts";
import { culprit } from "./culprit.ts";
import { glance } from "./glance.ts";
import { plainVerdict } from "./story.ts";

interface Figure {
  readonly name: string;
  readonly value: string;
  readonly note: string;
  readonly bad?: boolean;
}

/** The top of the report: the verdict in a word and a sentence, the run at a glance, the numbers that matter. */
export function verdictBanner(data: ReportData): Markup {
  const { mark, word } = VALID_WORDS[data.outcome];
  return html`<header class="verdict ${data.outcome}" id="verdict">
<p class="what">${isolated(data.title)}${factsLine(data)}</p>
<h1><span class="mark" aria-hidden="true">${mark}</span>${word}</h1>
<p class="plain">${plainVerdict(data)}</p>
${culprit(data)}
<p class="cause">${isolated(data.summary)}</p>
${notices(data)}
<dl class="figures">${figures(data).map(figure)}</dl>
${glance(data)}
</header>`;
}

const figure = ({ name, value, note, bad }: Figure): Markup =>
  html`<div class="${bad === true ? "bad" : ""}"><dt>${name}</dt><dd>${value}</dd><dd class="note">${note}</dd></div>`;

function factsLine({ run }: ReportData): Content {
  if (run === null) return null;
  const facts = [
    run.environment,
    `seed ${run.seed}`,
    run.startedAt
      .replace("T", " ")
      .replace(/(:\d\d)\.\d+Z?$/, "$1 UTC")
      .replace(/(\d\d:\d\d:\d\d)Z$/, "$1 UTC"),
  ];
  return facts.map((fact) => html`<span>${isolated(fact)}</span>`);
}

function notices(data: ReportData): Content {
  const unfinished = data.run !== null && data.run.how !== "complete";
  const problems = [
    ...(unfinished ? data.missing.filter((sentence) => sentence.startsWith("The run was")) : []),
    ...(data.run?.error ? [data.run.error] : []),
  ];
  return problems.map((problem) => html`<p class="notice">${isolated(problem)}</p>`);
}

/** At most six, the ones that decide first. */
function figures(data: ReportData): Figure[] {
  return [
    anomalyFigure(data),
    lossFigure(data),
    staleFigure(data),
    convergenceFigure(data),
    operationFigure(data),
    latencyFigure(data),
    faultFigure(data),
  ]
    .flatMap((each) => each ?? [])
    .slice(0, 6);
}

function anomalyFigure({ anomalies, set }: ReportData): Figure | undefined {
  const total = anomalies.reduce((sum, group) => sum + group.count, 0);
  if (total > 0 && set !== null && total === set.lost + set.vanished) return undefined;
  const note = total === 0 ? "none found" : `of ${count(anomalies.length, "type")}`;
  return { name: "Anomalies", value: grouped(total), note, bad: total > 0 };
}

function lossFigure({ set }: ReportData): Figure | undefined {
  if (set === null) return undefined;
  const more = set.vanished > 0 ? `, and ${grouped(set.vanished)} that only reads had shown` : "";
  const note = `of ${grouped(set.acknowledged)} acknowledged${more}`;
  return { name: "Lost elements", value: grouped(set.lost), note, bad: set.lost + set.vanished > 0 };
}

function staleFigure({ staleness }: ReportData): Figure | undefined {
  if (staleness === null) return undefined;
  const note =
    staleness.stale === 0 ? "every read was fresh" : `up to ${formatDuration(staleness.behind.max)} behind`;
  return { name: "Stale reads", value: percent(staleness.stale, staleness.reads), note };
}

function convergenceFigure({ convergence }: ReportData): Figure | undefined {
  if (convergence === null) return undefined;
  const uppers = Object.values(convergence.nodes).map((node) => node.upper);
  if (uppers.length === 0) return undefined;
  const apart = uppers.some((upper) => upper === null) || convergence.divergedKeys > 0;
  const slowest = Math.max(...uppers.map((upper) => upper ?? 0));
  if (apart)
    return {
      name: "Replicas",
      value: "apart",
      note: `${count(convergence.divergedKeys, "key")} differed at the end`,
      bad: true,
    };
  return {
    name: "Replicas equal",
    value: `≤ ${formatDuration(slowest)}`,
    note: "after healing",
  };
}

function operationFigure({ operations }: ReportData): Figure {
  if (operations.total === 0) return { name: "Operations", value: "0", note: "none recorded" };
  const note = `${percent(operations.ok, operations.total)} ok · ${grouped(operations.fail)} failed · ${grouped(operations.info)} indefinite`;
  return { name: "Operations", value: grouped(operations.total), note };
}

function latencyFigure({ operations }: ReportData): Figure | undefined {
  if (operations.latency === null) return undefined;
  const { p50, p99 } = operations.latency;
  return { name: "Latency, p99", value: formatDuration(p99), note: `half within ${formatDuration(p50)}` };
}

function faultFigure({ faults }: ReportData): Figure {
  const kinds = [...new Set(faults.map((fault) => fault.fault))];
  return {
    name: "Faults",
    value: String(faults.length),
    note: kinds.length === 0 ? "none" : kinds.join(", "),
  };
}
