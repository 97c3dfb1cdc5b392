import { type Content, html, type Markup } from "../markup.ts";
import { secondsText } from "../phrases.ts";
import { formatDuration } from "#core/units";
import type { ReportOperation } from "../schema.ts";

/** More than these cannot be followed in a picture; the table has all. */
const MAX_DRAWN = 16;
const LANE_HEIGHT = 44;
const BAR_HEIGHT = 28;
const TOP = 8;
const AXIS_HEIGHT = 26;
/** Room between the names of the lanes and the first operation, and after the last one. */
const NAME_GAP = 16;
const RIGHT = 28;
/** Average width of a character of the label at its size, generous: texts must not leave their bars. */
const CHARACTER = 7.4;
const PADDING = 20;
const MAX_LABEL = 26;
/** Times closer than this would run into each other: the later one is left out. */
const TIME_WIDTH = 64;
/** A picture narrower than this is stretched to it. */
const NARROWEST = 700;

interface Drawn {
  readonly operation: ReportOperation;
  readonly label: string;
  readonly from: number;
  readonly to: number;
  readonly lane: number;
}

/**
 * The operations as intervals, one lane per process. What comes first and what overlaps is exact, distances are not:
 * every bar is long enough for its text, and long gaps are shortened (by the logarithm of their length).
 */
export function witnessPicture(operations: readonly ReportOperation[]): Content {
  const shown = operations.slice(0, MAX_DRAWN);
  const lanes = [...new Set(shown.map((operation) => operation.process))];
  const left = Math.max(...lanes.map((process) => nameOf(process).length)) * CHARACTER * 0.9 + NAME_GAP;
  const { drawn, width } = place(shown, lanes, left);
  const timed = withRoomForTime(drawn);
  const bottom = TOP + lanes.length * LANE_HEIGHT;
  const height = bottom + AXIS_HEIGHT;
  return html`<figure class="picture"><div class="scroll" tabindex="0" role="region" aria-label="Picture of the witness"><svg width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${describe(shown)}">
${lanes.map((process, i) => laneMarkup(process, i, { left, width }))}
${drawn.map((each, i) => barMarkup(each, i, { bottom, showsTime: timed.has(each) }))}
</svg></div><figcaption>Time runs to the right; order and overlap are exact, lengths are not to scale.${shown.length < operations.length ? ` The first ${MAX_DRAWN} of ${operations.length} operations.` : null}</figcaption></figure>`;
}

const nameOf = (process: number): string => `process ${process}`;

/** Those whose starting time can be written without covering that of an earlier one. */
function withRoomForTime(drawn: readonly Drawn[]): ReadonlySet<Drawn> {
  const timed = new Set<Drawn>();
  let free = Number.NEGATIVE_INFINITY;
  for (const each of [...drawn].sort((a, b) => a.from - b.from)) {
    if (each.from < free) continue;
    timed.add(each);
    free = each.from + TIME_WIDTH;
  }
  return timed;
}

const describe = (operations: readonly ReportOperation[]): string =>
  operations
    .map(
      (operation, i) =>
        `${i + 1}: process ${operation.process} ${labelOf(operation)}, ${secondsText(operation.start)}`,
    )
    .join("; ");

/** Places every start and end: in order, no closer than can be told apart, each bar as wide as its label. */
function place(
  operations: readonly ReportOperation[],
  lanes: readonly number[],
  left: number,
): { drawn: Drawn[]; width: number } {
  const latest = Math.max(...operations.map((operation) => operation.end ?? operation.start));
  const ends = operations.map((operation) => operation.end ?? latest + 1);
  const moments = [
    ...operations.map((operation, i) => ({ at: operation.start, i, isEnd: false })),
    ...ends.map((at, i) => ({ at, i, isEnd: true })),
  ].sort((a, b) => a.at - b.at || Number(a.isEnd) - Number(b.isEnd) || a.i - b.i);
  const from: number[] = [];
  const to: number[] = [];
  let x = left;
  let previous = moments[0]?.at ?? 0;
  for (const { at, i, isEnd } of moments) {
    x += gap(at - previous);
    previous = at;
    if (isEnd) x = Math.max(x, (from[i] ?? left) + widthOf(operations[i] as ReportOperation));
    (isEnd ? to : from)[i] = x;
  }
  const stretch = Math.max(1, (NARROWEST - left - RIGHT) / (x - left));
  const stretched = (place: number | undefined): number => left + ((place ?? left) - left) * stretch;
  const drawn = operations.map((operation, i) => ({
    operation,
    label: labelOf(operation),
    from: stretched(from[i]),
    to: stretched(to[i]),
    lane: lanes.indexOf(operation.process),
  }));
  return { drawn, width: Math.ceil(stretched(x) + RIGHT) };
}

/** Nothing for what happened at once; else a few pixels, and more for every power of ten. */
const gap = (ns: number): number => (ns <= 0 ? 0 : 6 + 5 * Math.max(0, Math.log10(ns / 1_000)));

const widthOf = (operation: ReportOperation): number => labelOf(operation).length * CHARACTER + PADDING + 18;

function labelOf(operation: ReportOperation): string {
  const value = clip(operation.value === "" ? "?" : operation.value);
  const key = operation.key === null ? "" : ` ${clip(operation.key)}`;
  const text =
    operation.f === "read"
      ? `read${key} → ${value}`
      : `${operation.f}${key}${operation.value === "" ? "" : ` ${value}`}`;
  const mark = operation.status === "ok" ? "" : operation.status === "fail" ? " ✗" : " ?";
  return `${text}${operation.node === null ? "" : ` @${clip(operation.node)}`}${mark}`;
}

const clip = (text: string): string =>
  text.length > MAX_LABEL ? `${text.slice(0, MAX_LABEL - 1)}…`.toWellFormed() : text;

function laneMarkup(process: number, i: number, { left, width }: { left: number; width: number }): Markup {
  const y = TOP + i * LANE_HEIGHT + LANE_HEIGHT / 2;
  return html`<line class="lane" x1="${left}" x2="${width}" y1="${y}" y2="${y}"/><text class="name" x="0" y="${y}" dy="0.35em">${nameOf(process)}</text>`;
}

function barMarkup(
  { operation, label, from, to, lane }: Drawn,
  i: number,
  { bottom, showsTime }: { bottom: number; showsTime: boolean },
): Markup {
  const y = TOP + lane * LANE_HEIGHT + (LANE_HEIGHT - BAR_HEIGHT) / 2;
  const kind = operation.status === "ok" ? (operation.f === "read" ? "read" : "write") : operation.status;
  const took = operation.end === null ? "never completed" : formatDuration(operation.end - operation.start);
  const middle = y + BAR_HEIGHT / 2;
  return html`<g class="bar ${kind}${operation.status === "info" ? " open" : ""}"><title>${label}, ${secondsText(operation.start)}, ${took}</title>
<rect x="${from.toFixed(1)}" y="${y}" width="${(to - from).toFixed(1)}" height="${BAR_HEIGHT}" rx="5"/>
<text class="number" x="${(from + 9).toFixed(1)}" y="${middle}" dy="0.35em">${i + 1}</text>
<text x="${(from + 24).toFixed(1)}" y="${middle}" dy="0.35em">${label}</text>
${
  showsTime
    ? html`<line class="tick" x1="${from.toFixed(1)}" x2="${from.toFixed(1)}" y1="${y + BAR_HEIGHT}" y2="${bottom + 4}"/>
<text class="time" x="${from.toFixed(1)}" y="${bottom + 18}">${secondsText(operation.start)}</text>`
    : null
}</g>`;
}
