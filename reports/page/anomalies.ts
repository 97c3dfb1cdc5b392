import { formatDuration } from "#core/units";
import { type Content, html, isolated, type Markup } from "../markup.ts";
import { faultText, outcomeText, secondsText } from "../phrases.ts";
import type {
  AnomalyGroup,
  FaultBand,
  ReportAnomaly,
  ReportCause,
  ReportData,
  ReportOperation,
} from "../schema.ts";
import { ANOMALY_WORDS, count, grouped, MODEL_WORDS, TRIAGE_WORDS } from "../words.ts";
import { capital, listedNote } from "./culprit.ts";
import { fold, type FoldedParts, nothing, type Section, table } from "./section.ts";
import { witnessPicture, witnessReasons } from "./witness-picture.ts";

/** Anomalies of a type that are shown before the rest is folded away. */
const SHOWN = 3;
/** Anomalies of a type that are drawn: hundreds of pictures would make the file heavy. Of the others the reasons are told. */
const DRAWN = 20;
/** Causes that are shown before the rest is folded away. */
const CAUSES_SHOWN = 6;

/** Every anomaly with its explanation and the operations that prove it. */
export function anomaliesSection(data: ReportData, folded: FoldedParts): Section {
  const total = data.anomalies.reduce((sum, group) => sum + group.count, 0);
  return {
    id: "anomalies",
    title: "What went wrong",
    lead: total === 0 ? null : leadOf(data.anomalies, total),
    body:
      total === 0
        ? nothing(noneSentence(data))
        : [causes(data), data.anomalies.map((each, i) => group(each, i === 0, data, folded))],
  };
}

const noneSentence = ({ outcome, operations }: ReportData): string =>
  operations.total === 0
    ? "There is no operation that could show an anomaly."
    : outcome === "unknown"
      ? "No anomaly was found, but the verdict is undecided: that none was found does not prove that there is none."
      : `No anomaly was found in ${count(operations.total, "operation")}.`;

function leadOf(groups: readonly AnomalyGroup[], total: number): Content {
  const kinds = groups.map(({ type, count: n }, i) => [
    i > 0 ? ", " : "",
    html`<a href="#${type}">${ANOMALY_WORDS[type].title.toLowerCase()}</a> × ${grouped(n)}`,
  ]);
  return html`${count(total, "anomaly", "anomalies")}: ${kinds}. Each is proved by the few operations shown with it.`;
}

/** What anomalies have in common, with what it is to the user. */
function causes(data: ReportData): Content {
  const all = data.causes;
  if (all.length === 0) return null;
  const cause = (each: ReportCause): Markup =>
    html`<li><span class="badges"><span class="${each.class}">${TRIAGE_WORDS[each.class].word}</span></span><a href="#${each.anomaly ?? each.type}">${isolated(each.sentence)}${listedNote(data, each)}</a></li>`;
  const rest = all.slice(CAUSES_SHOWN);
  return html`<section class="causes" aria-labelledby="causes-title">
<h3 id="causes-title">Causes</h3>
<ul>${all.slice(0, CAUSES_SHOWN).map(cause)}</ul>
${rest.length > 0 ? html`<details class="rest"><summary>${count(rest.length, "more cause")}</summary><ul>${rest.map(cause)}</ul></details>` : null}
</section>`;
}

function group(
  { type, count: total, anomalies }: AnomalyGroup,
  isFirst: boolean,
  data: ReportData,
  folded: FoldedParts,
): Markup {
  const words = ANOMALY_WORDS[type];
  const models = [...new Set(anomalies.map((anomaly) => MODEL_WORDS[anomaly.model].title.toLowerCase()))];
  const rest = anomalies.slice(SHOWN);
  const unlisted = total - anomalies.length;
  return html`<section class="group" id="${type}" aria-labelledby="${type}-title">
<h3 id="${type}-title">${words.title} <span class="count">${grouped(total)}</span></h3>
<p class="definition"><b>Why this is wrong:</b> ${words.definition}${models.length === 1 ? ` Breaks ${models.join()}.` : null} An example: <code>docs/anomalies.md#${type}</code></p>
${anomalies.slice(0, SHOWN).map((anomaly, i) => item(anomaly, { type, open: isFirst && i === 0, named: models.length === 1, isDrawn: true }, data))}
${
  rest.length > 0
    ? fold(
        folded,
        type,
        count(rest.length, "more like this", "more like these"),
        html`${rest.map((anomaly, i) => item(anomaly, { type, open: false, named: models.length === 1, isDrawn: SHOWN + i < DRAWN }, data))}`,
      )
    : null
}
${unlisted > 0 ? html`<p class="nothing">${count(unlisted, "further one was", "further ones were")} counted but not listed.</p>` : null}
</section>`;
}

/** `named`: the group has said already which model its anomalies break. */
function item(
  anomaly: ReportAnomaly,
  {
    type,
    open,
    named,
    isDrawn,
  }: { type: AnomalyGroup["type"]; open: boolean; named: boolean; isDrawn: boolean },
  data: ReportData,
): Markup {
  return html`<details class="anomaly" id="${anomaly.id}"${open ? OPEN : null}>
<summary><span>${isolated(anomaly.explanation)}</span>${badges(anomaly, named, data.faults)}</summary>
${anomaly.operations.length === 0 ? nothing("Its operations are not in this history.") : proof(anomaly, type, isDrawn, data.run !== null)}
</details>`;
}

const OPEN = html` open`;

function badges(anomaly: ReportAnomaly, named: boolean, faults: readonly FaultBand[]): Markup {
  const inForce = faults.filter((fault) => anomaly.faults.includes(fault.id));
  return html`<span class="badges">${[
    named ? null : html`<span>breaks ${MODEL_WORDS[anomaly.model].title.toLowerCase()}</span>`,
    anomaly.triage === null
      ? null
      : html`<span class="${anomaly.triage.class}">${TRIAGE_WORDS[anomaly.triage.class].word}</span>`,
    anomaly.level === null ? null : html`<span>level ${isolated(anomaly.level)}</span>`,
    inForce.length === 0 ? null : html`<span class="fault">${inForcePhrase(inForce)}</span>`,
  ]}</span>`;
}

function inForcePhrase(inForce: readonly FaultBand[]): Content {
  const [first] = inForce;
  if (first === undefined) return null;
  return html`during ${isolated(faultText(first))}${inForce.length > 1 ? ` and ${count(inForce.length - 1, "other fault")}` : null}`;
}

const WITNESS_HEAD = ["", "Process", "Operation", "Outcome", "Node", "From", "To", "Took"] as const;
/** Operations of a witness in its table before the rest is folded away. */
const ROWS_SHOWN = 10;

function proof(
  anomaly: ReportAnomaly,
  type: AnomalyGroup["type"],
  isDrawn: boolean,
  hasCommand: boolean,
): Markup {
  const { operations, operationsLeftOut } = anomaly;
  return html`<div class="proof">
${anomaly.triage === null ? null : html`<p class="triage ${anomaly.triage.class}"><b>${capital(TRIAGE_WORDS[anomaly.triage.class].word)}:</b> ${isolated(anomaly.triage.reason)}.</p>`}
${isDrawn ? witnessPicture(anomaly) : witnessReasons(anomaly)}
${table("Operations of the witness", WITNESS_HEAD, operations.slice(0, ROWS_SHOWN).map(row))}
${
  operations.length > ROWS_SHOWN
    ? html`<details class="rest"><summary>${count(operations.length - ROWS_SHOWN, "more operation")}</summary>${table(
        "More operations of the witness",
        WITNESS_HEAD,
        operations.slice(ROWS_SHOWN).map((each, i) => row(each, ROWS_SHOWN + i)),
      )}</details>`
    : null
}
${operationsLeftOut > 0 ? html`<p class="nothing">${count(operationsLeftOut, "operation")} of the witness not shown here.</p>` : null}
<p class="actions">${timelineButton(anomaly, type)}<a class="permalink" href="#${anomaly.id}">Link to this</a>${hasCommand ? REPEAT : null}</p>
</div>`;
}

/** The same command with the same seed: on a simulated cluster the same run, elsewhere another try at it. */
const REPEAT = html`<button type="button" data-copy="command">Copy the command that repeats it</button>`;

/** Leads to the operation at which it went wrong; the timeline's script shows and wires it. */
function timelineButton({ operations, from, to }: ReportAnomaly, type: AnomalyGroup["type"]): Markup {
  const isFirst = ANOMALY_WORDS[type].wrongAt === "first";
  const operation = operations.at(isFirst ? 0 : -1) as ReportOperation;
  const [start, end] = isFirst ? [operation.start, operation.end ?? operation.start] : [from ?? 0, to ?? 0];
  return html`<button type="button" hidden data-event="${operation.index}" data-from="${start}" data-to="${end}">Show on the timeline</button>`;
}

function row(operation: ReportOperation, i: number): Content[] {
  return [
    html`<span class="number">${i + 1}</span>`,
    String(operation.process),
    html`<code>${operationCode(operation)}</code>`,
    html`<span class="${operation.status}">${isolated(outcomeText(operation))}</span>`,
    operation.node === null ? "–" : isolated(operation.node),
    secondsText(operation.start),
    operation.end === null ? "never" : secondsText(operation.end),
    operation.end === null ? "–" : formatDuration(operation.end - operation.start),
  ];
}

function operationCode(operation: ReportOperation): Content {
  const { f, key, value } = operation;
  const shown = value === "" ? "?" : value;
  return [
    f,
    key === null ? null : html` ${isolated(key)}`,
    f === "read" ? html` → ${isolated(shown)}` : value === "" ? null : html` ${isolated(value)}`,
    operation.final ? html` <small>final read</small>` : null,
  ];
}
