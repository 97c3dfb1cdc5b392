import { html } from "../markup.ts";
import type { ReportData } from "../schema.ts";
import { count } from "../words.ts";
import { legend, nothing, type Section } from "./section.ts";

/** The canvas with all operations; the page's script draws it. */
export function timelineSection({ timeline, faults }: ReportData): Section {
  const section = { id: "timeline", title: "Every operation" };
  if (timeline === null) return { ...section, lead: null, body: nothing("There is no operation to draw.") };
  const entries = [
    { colour: "read", label: "read" },
    { colour: "write", label: "write, add, …" },
    { colour: "fail", label: "failed" },
    { colour: "info", label: "indefinite" },
    { colour: "witness", label: "part of an anomaly" },
    ...(faults.length > 0 ? [{ colour: "band", label: "fault in force" }] : []),
  ];
  return {
    ...section,
    lead: `${count(timeline.count, "operation")}, a lane for each client${timeline.lanes.some((name) => !/^\d+$/.test(name)) ? ", then one for the final reads on each node" : ""}.${timeline.leftOut > 0 ? ` ${count(timeline.leftOut, "successful operation")} evenly left out; what failed, stayed indefinite or proves something is all here.` : ""}`,
    body: html`<div class="toolbar"><button type="button" id="timeline-in">Zoom in</button><button type="button" id="timeline-out">Zoom out</button><button type="button" id="timeline-all">Whole run</button><span id="timeline-span"></span></div>
${legend(entries)}
<div class="canvas"><canvas id="timeline-canvas" tabindex="0" role="application" aria-describedby="timeline-help" aria-label="Timeline of all operations"></canvas></div>
<div class="details" id="timeline-details" role="status" aria-live="polite"><p>Point at an operation to see it, click to keep it here.</p></div>
<p class="help" id="timeline-help">Drag to zoom into a range, Shift-drag to move, double-click for the whole run. Click it first, then the wheel zooms. Keys: <kbd>+</kbd> <kbd>−</kbd> <kbd>0</kbd> zoom, <kbd>←</kbd> <kbd>→</kbd> move, <kbd>n</kbd> <kbd>p</kbd> next and previous operation, <kbd>↑</kbd> <kbd>↓</kbd> lane.</p>`,
  };
}
