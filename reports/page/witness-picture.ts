import { formatDuration } from "#core/units";
import { type Arrow, BADGE_RADIUS } from "../diagram/arrows.ts";
import { letterOf } from "../diagram/circle.ts";
import { BAR_HEIGHT, LABEL_AT, layPicture, type PictureLayout } from "../diagram/picture-layout.ts";
import { type Lane, layLanes } from "../diagram/lanes.ts";
import { type Drawing, selectDrawing } from "../diagram/select.ts";
import { type Content, html, isolated, type Markup } from "../markup.ts";
import { secondsText } from "../phrases.ts";
import type { ReportAnomaly, ReportEdge, ReportOperation } from "../schema.ts";
import { count } from "../words.ts";

/** More than these cannot be followed in a picture; the table has all. */
const MAX_DRAWN = 16;
const MAX_LABEL = 30;
/** Times closer than this would run into each other: the later one is left out. */
const TIME_WIDTH = 66;

/** A space-time diagram (Lamport 1978): a lane for each session, and an arrow for each reason why one comes before another. */
export function witnessPicture({
  id,
  operations,
  edges,
}: Pick<ReportAnomaly, "id" | "operations" | "edges">): Content {
  const drawing = selectDrawing(operations, edges, MAX_DRAWN);
  const accused = new Set(drawing.circle);
  const lanes = layLanes(drawing.operations);
  const labels = drawing.operations.map((operation, i) =>
    labelOf(operation, lanes.lanes[lanes.laneOf[i] ?? 0]),
  );
  const layout = layPicture(drawing, lanes, labels);
  const { width, height } = layout;
  const timed = withRoomForTime(layout);
  const left = drawing.operationsLeftOut;
  return html`<figure class="picture"><div class="drawn"><div class="scroll" tabindex="0" role="region" aria-label="Diagram of the witness"><svg width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="${id}-title ${id}-desc"><title id="${id}-title">Who did what when, and what comes before what</title><desc id="${id}-desc">${describe(drawing)}</desc>
${layout.lanes.map((lane) => laneMarkup(lane, layout))}
${drawing.edges.map((edge, i) => curveMarkup(edge, layout.arrows[i] as Arrow, accused.has(i)))}
${drawing.operations.map((operation, i) => barMarkup(operation, i, { drawing, layout, label: labels[i] as string, showsTime: timed.has(i) }))}
${drawing.edges.map((edge, i) => badgeMarkup(edge, i, layout.arrows[i] as Arrow, accused.has(i)))}
</svg></div><figcaption>Time runs to the right; order and overlap are exact, lengths are not to scale. ${drawing.edges.length > 0 ? "An arrow leads to what has to come later." : null}${left > 0 ? ` ${count(left, "operation")} of the witness not drawn.` : null}</figcaption></div>${reasons(drawing, accused)}</figure>`;
}

/** The reasons alone, for an anomaly that is one of many. */
export function witnessReasons({ operations, edges }: Pick<ReportAnomaly, "operations" | "edges">): Content {
  const drawing = selectDrawing(operations, edges, operations.length);
  return reasons(drawing, new Set(drawing.circle));
}

/** The label with its node, unless that stands at the lane. */
function labelOf({ label, node }: ReportOperation, lane: Lane | undefined): string {
  return clip(label, MAX_LABEL) + (lane?.node === null && node !== null ? ` @${clip(node, 12)}` : "");
}

const clip = (text: string, most: number): string =>
  text.length > most ? `${text.slice(0, most - 1)}…`.toWellFormed() : text;

/** Those whose starting time can be written without covering that of an earlier one. */
function withRoomForTime({ boxes }: PictureLayout): ReadonlySet<number> {
  const timed = new Set<number>();
  let free = Number.NEGATIVE_INFINITY;
  for (const [i, { x }] of [...boxes.entries()].sort((a, b) => a[1].x - b[1].x)) {
    if (x < free) continue;
    timed.add(i);
    free = x + TIME_WIDTH;
  }
  return timed;
}

/** The picture in words, for those who do not see it. */
function describe({ operations, numbers, edges }: Drawing): string {
  const deeds = operations.map(
    (operation, i) => `${numbers[i]}: ${operation.who} ${operation.label}, ${secondsText(operation.start)}`,
  );
  const arrows = edges.map(
    ({ from, to, reason }) => `${numbers[from]} comes before ${numbers[to]}: ${reason}`,
  );
  return [...deeds, ...arrows].join("; ");
}

function laneMarkup(
  { name, node, y }: PictureLayout["lanes"][number],
  { left, width }: PictureLayout,
): Markup {
  return html`<line class="lane" x1="${left - 8}" x2="${width}" y1="${y}" y2="${y}"/><text class="name" x="0" y="${node === null ? y : y - 7}" dy="0.35em">${name}</text>${node === null ? null : html`<text class="node" x="0" y="${y + 8}" dy="0.35em">${node}</text>`}`;
}

function barMarkup(
  operation: ReportOperation,
  i: number,
  of: { drawing: Drawing; layout: PictureLayout; label: string; showsTime: boolean },
): Markup {
  const { drawing, layout, label, showsTime } = of;
  const { x, y, width } = layout.boxes[i] as PictureLayout["boxes"][number];
  const { status, f, endIndex, start, end } = operation;
  const kind = status === "ok" ? (READS.has(f) ? "read" : "write") : status;
  const took = end === null ? "never completed" : formatDuration(end - start);
  const middle = y + BAR_HEIGHT / 2;
  const { bottom } = layout;
  return html`<g class="bar ${kind}${endIndex === null ? " open" : ""}"><title>${drawing.numbers[i] ?? ""}: ${operation.who} ${operation.label}, ${secondsText(start)}, ${took}</title>
<rect x="${fixed(x)}" y="${fixed(y)}" width="${fixed(width)}" height="${BAR_HEIGHT}" rx="5"/>
<text class="number" x="${fixed(x + 10)}" y="${fixed(middle)}" dy="0.35em">${drawing.numbers[i] ?? ""}</text>
<text x="${fixed(x + LABEL_AT)}" y="${fixed(middle)}" dy="0.35em">${label}</text>
${
  showsTime
    ? html`<line class="tick" x1="${fixed(x)}" x2="${fixed(x)}" y1="${fixed(y + BAR_HEIGHT)}" y2="${fixed(bottom + 4)}"/><text class="time" x="${fixed(x)}" y="${fixed(bottom + 18)}">${secondsText(start)}</text>`
    : null
}</g>`;
}

const READS: ReadonlySet<string> = new Set(["read", "contains", "dequeue", "drain", "poll"]);
const fixed = (place: number): string => place.toFixed(1);

/** What follows from other edges is dashed; what goes round in the circle stands out. */
const classOf = ({ kind, because }: ReportEdge, isAccused: boolean): string =>
  `edge ${kind}${because.length > 0 || kind === "missing" || kind === "overwritten" ? " concluded" : ""}${isAccused ? " accused" : ""}`;

function curveMarkup(edge: ReportEdge, { curve, head }: Arrow, isAccused: boolean): Markup {
  const [a, b, c, d] = curve;
  const back = head === "down" ? -8 : 8;
  const at = (x: number, y: number): string => `${fixed(x)} ${fixed(y)}`;
  return html`<g class="${classOf(edge, isAccused)}"><path class="line" d="M${at(a.x, a.y)}C${at(b.x, b.y)} ${at(c.x, c.y)} ${at(d.x, d.y + back / 2)}"/><path class="head" d="M${at(d.x, d.y)}L${at(d.x - 4.5, d.y + back)}L${at(d.x + 4.5, d.y + back)}Z"/></g>`;
}

function badgeMarkup(edge: ReportEdge, i: number, { badge }: Arrow, isAccused: boolean): Markup {
  return html`<g class="${classOf(edge, isAccused)}"><title>${edge.reason}</title><circle cx="${fixed(badge.x)}" cy="${fixed(badge.y)}" r="${BADGE_RADIUS}"/><text x="${fixed(badge.x)}" y="${fixed(badge.y)}" dy="0.34em">${letterOf(i)}</text></g>`;
}

function reasons({ edges, numbers, circle, edgesLeftOut }: Drawing, accused: ReadonlySet<number>): Content {
  if (edges.length === 0) return null;
  const way = circle.map((place) => String(numbers[edges[place]?.from ?? 0]));
  return html`<div class="why"><ol class="reasons">${edges.map(
    (edge, i) =>
      html`<li><span class="badge ${classOf(edge, accused.has(i))}">${letterOf(i)}</span><span class="arrow">${numbers[edge.from] ?? ""} → ${numbers[edge.to] ?? ""}</span><span>${isolated(edge.reason)}${edge.because.length === 0 ? null : html` <small>follows from ${edge.because.map(letterOf).join(", ")}</small>`}</span></li>`,
  )}</ol>
${edgesLeftOut > 0 ? html`<p class="nothing">${count(edgesLeftOut, "more reason")} between operations that are not drawn.</p>` : null}
${way.length > 0 ? html`<p class="contradiction">${[...way, way[0]].join(" → ")} goes round in a circle: no order of these operations keeps all of it.</p>` : null}</div>`;
}
