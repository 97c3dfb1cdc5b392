import { type Content, html, type Markup } from "../markup.ts";
import type { ReportData, Timeline } from "../schema.ts";
import { count } from "../words.ts";
import { legend, nothing, type Section } from "./section.ts";

const GROUPINGS = ["process", "node", "key"] as const;
const COLUMNS = ["Event", "Process", "Operation", "Key", "Value", "Outcome", "Node", "From", "Took"] as const;

/** All operations, to look around in: the page's script draws them. */
export function timelineSection({ timeline, faults, logs }: ReportData): Section {
  const section = { id: "timeline", title: "Every operation" };
  if (timeline === null) return { ...section, lead: null, body: nothing("There is no operation to draw.") };
  const entries = [
    { colour: "read", label: "read" },
    { colour: "write", label: "write, add, …" },
    { colour: "fail", label: "failed" },
    { colour: "info", label: "indefinite" },
    { colour: "witness", label: "part of an anomaly" },
    ...(faults.length > 0 ? [{ colour: "band", label: "fault in force" }] : []),
    ...((logs?.lines.length ?? 0) > 0 ? [{ colour: "notch", label: "line of a node's log" }] : []),
  ];
  return {
    ...section,
    lead: leadOf(timeline),
    body: html`<div class="explorer">
${search()}
<div class="toolbar"><button type="button" id="timeline-in">Zoom in</button><button type="button" id="timeline-out">Zoom out</button><button type="button" id="timeline-all">Whole run</button><span id="timeline-span"></span><b id="explorer-range" role="status"></b><button type="button" id="timeline-zoom-range" hidden>Zoom to it</button><button type="button" id="timeline-clear-range" hidden>Clear range</button></div>
${legend(entries)}
<p class="note" id="explorer-shared"></p>
<div class="canvas"><canvas id="timeline-canvas" tabindex="0" role="application" aria-describedby="timeline-help" aria-label="Timeline of all operations"></canvas></div>
<div class="details" id="timeline-details" role="status" aria-live="polite"><p>Point at an operation to see it, click to keep it here.</p></div>
<p class="help" id="timeline-help">Drag to choose a range: table, log lines and the plots over time follow it. <kbd>Enter</kbd> zooms to it, <kbd>Esc</kbd> gives it up. Shift-drag moves, double-click shows the whole run. Click it first, then the wheel zooms. Keys: <kbd>+</kbd> <kbd>−</kbd> <kbd>0</kbd> zoom, <kbd>←</kbd> <kbd>→</kbd> move, <kbd>n</kbd> <kbd>p</kbd> next and previous operation, <kbd>↑</kbd> <kbd>↓</kbd> lane. The address keeps what you see.</p>
${operationTable()}
<h3 id="explorer-happenings-title">Faults and log lines</h3>
<p class="note" id="explorer-happened" role="status"></p>
<ol class="happenings" id="explorer-happenings" tabindex="0" aria-labelledby="explorer-happenings-title"></ol>
${otherLines(logs)}
${historyFile(timeline)}
</div>`,
  };
}

const leadOf = (timeline: Timeline): string =>
  `${count(timeline.count, "operation")} on one axis with faults and log lines.${timeline.leftOut > 0 ? ` ${count(timeline.leftOut, "successful operation")} evenly left out; what failed, stayed indefinite or proves something is all here.` : ""}`;

/** What the logs hold beyond the lines that have a place on the axis. */
function otherLines(logs: ReportData["logs"]): Content {
  if (logs === null) return html`<p class="note">The logs of the nodes are not beside this history.</p>`;
  const { lines, leftOut, outside, untimed, untimedLeftOut } = logs;
  const notes = [
    lines.length + untimed.length + outside === 0 ? "The nodes logged nothing." : "",
    leftOut > 0 ? `${count(leftOut, "log line")} evenly left out.` : "",
    outside > 0 ? `${count(outside, "log line")} from before or after the run left out.` : "",
  ].filter((note) => note !== "");
  return [
    notes.length === 0
      ? null
      : html`<p class="note">${notes.join(" ")} All lines are in the run’s logs folder.</p>`,
    untimed.length === 0
      ? null
      : html`<details class="rest"><summary>${count(untimed.length + untimedLeftOut, "log line")} that ${untimed.length + untimedLeftOut === 1 ? "tells" : "tell"} no time of the run${untimedLeftOut > 0 ? `, the last ${untimed.length} of them` : ""}</summary><ol class="happenings untimed" tabindex="0" aria-label="Log lines without a time">${untimed.map(({ node, text }) => html`<li class="log"><span class="at"></span>${isolatedNode(node)}<bdi class="text">${text}</bdi></li>`)}</ol></details>`,
  ];
}

const isolatedNode = (node: string): Markup => html`<bdi class="node">${node}</bdi>`;

const search = (): Markup =>
  html`<div class="find"><label for="explorer-search">Find</label><input type="search" id="explorer-search" autocomplete="off" spellcheck="false" placeholder="key:x  outcome:fail,info  node:n1" aria-describedby="explorer-problem explorer-find-help"><fieldset><legend>Lanes by</legend>${GROUPINGS.map((by, i) => html`<label><input type="radio" name="explorer-by" id="explorer-by-${by}" value="${by}"${i === 0 ? html` checked` : null}> ${by}</label>`)}</fieldset></div>
<p class="note" id="explorer-problem" role="status"></p>
<p class="help" id="explorer-find-help">Names: <code>key:</code> <code>value:</code> <code>process:</code> <code>node:</code> <code>kind:</code> <code>outcome:</code>ok, fail, info, open <code>error:</code> <code>is:</code>witness, final. A comma means or, <code>*</code> anything; a bare word is looked for in keys and values.</p>`;

const operationTable = (): Markup =>
  html`<h3 id="explorer-table-title">Operations</h3>
<div class="toolbar"><span id="explorer-summary" role="status"></span></div>
<div class="scroll" role="region" aria-labelledby="explorer-table-title" tabindex="0"><table class="explorer-table"><thead><tr>${COLUMNS.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead><tbody id="explorer-rows"></tbody></table></div>
<div class="toolbar"><button type="button" id="explorer-previous">Previous</button><button type="button" id="explorer-next">Next</button><span id="explorer-page"></span></div>`;

const historyFile = ({ valuesLeftOut }: Timeline): Markup =>
  html`<div class="history"><p>${
    valuesLeftOut === 0
      ? "The values of all operations are in this report."
      : `The values of ${count(valuesLeftOut, "operation")} are not in this report, to keep it small: witnesses and what is near them have theirs.`
  } The run’s <code>history.jsonl</code> has every line whole; it is read in this page and goes nowhere.</p><label for="explorer-file">Open history.jsonl</label> <input type="file" id="explorer-file" accept=".jsonl,.json,application/json"> <span id="explorer-file-status" role="status"></span></div>`;
