import { secondsText } from "../phrases.ts";
import type { ReportEdge, ReportOperation } from "../schema.ts";
import { count } from "../words.ts";
import { cut, padded, widthOf, wrapped } from "./cells.ts";
import { letterOf } from "./circle.ts";
import { ASCII, type Glyphs, toAscii, UNICODE } from "./glyphs.ts";
import { type Cell, type Grid, layGrid } from "./grid.ts";
import { type Drawing, selectDrawing } from "./select.ts";

export type DiagramStyle = "bad" | "dim" | "strong";

export interface DiagramOptions {
  readonly paint: (style: DiagramStyle, text: string) => string;
  readonly ascii?: boolean;
  /** False: nobody recorded times, so that events are named instead. */
  readonly timed?: boolean;
}

/** Lines keep to this, the usual width of a terminal. */
export const COLUMNS = 80;
const INDENT = 4;
const TIME_COLUMNS = 12;
/** Of larger witnesses the rest is counted. */
const MOST_OPERATIONS = 12;
const MOST_EDGES = 16;
/** Narrower columns say too little: then what was done stands beside the lanes instead of in them. */
const NARROWEST = 11;
/** So much of an operation must be readable: which, and on what. */
const SHORT_LABEL = 24;

/**
 * A witness as a space-time diagram (Lamport 1978): a lane for each session, time running down, and below it, edge by edge,
 * why the operations contradict each other.
 */
export function textDiagram(
  operations: readonly ReportOperation[],
  edges: readonly ReportEdge[],
  { paint, ascii = false, timed = true }: DiagramOptions,
): string[] {
  const drawing = selectDrawing(operations, edges, MOST_OPERATIONS);
  const glyphs = ascii ? ASCII : UNICODE;
  const pen: Pen = { glyphs, paint, timed, plain: ascii ? toAscii : (text) => text };
  const together = layGrid(drawing.operations);
  const rows = fitsLanes(together, drawing, pen)
    ? inLanes(together, drawing, pen)
    : beside(layGrid(drawing.operations, true), drawing, pen);
  const left = drawing.operationsLeftOut;
  const more = left > 0 ? [paint("dim", `and ${count(left, "more operation")}`)] : [];
  return [...rows, ...more, ...edgeLines(drawing, pen)].map((line) =>
    `${" ".repeat(INDENT)}${line}`.trimEnd(),
  );
}

/** Whether the lanes are wide enough to say in them what was done: only long values may be cut. */
function fitsLanes(grid: Grid, drawing: Drawing, pen: Pen): boolean {
  if (Math.floor((COLUMNS - INDENT - TIME_COLUMNS) / grid.lanes.length) < NARROWEST) return false;
  const widths = columnWidths(grid, drawing, pen);
  return grid.laneOf.every((lane, place) => {
    const width = widthOf(numbered(grid, drawing, place, pen));
    return width > SHORT_LABEL || width <= (widths[lane] ?? 0) - 3;
  });
}

interface Pen {
  readonly glyphs: Glyphs;
  readonly paint: DiagramOptions["paint"];
  readonly timed: boolean;
  readonly plain: (text: string) => string;
}

/** Operations whose order the circle turns round: they stand out. */
const inCircle = ({ circle, edges }: Drawing): ReadonlySet<number> =>
  new Set(circle.flatMap((place) => [edges[place]?.from ?? -1, edges[place]?.to ?? -1]));

function laneTitle({ lanes }: Grid, lane: number, { glyphs, plain }: Pen): string {
  const { name = "", node = null } = lanes[lane] ?? {};
  return plain(node === null ? name : `${name} ${glyphs.dot} ${node}`);
}

function labelIn(grid: Grid, { operations }: Drawing, place: number, { plain }: Pen): string {
  const { label, node } = operations[place] as ReportOperation;
  const lane = grid.lanes[grid.laneOf[place] ?? 0];
  return plain(`${label}${lane?.node === null && node !== null ? ` @${node}` : ""}`);
}

const numbered = (grid: Grid, drawing: Drawing, place: number, pen: Pen): string =>
  `${drawing.numbers[place]} ${labelIn(grid, drawing, place, pen)}`;

/** When the first of a row began; where no times were recorded, its event. */
function timeOf({ operations }: Drawing, cells: readonly Cell[], { timed }: Pen): string {
  const began = cells.flatMap(({ operation }) =>
    operation === undefined ? [] : (operations[operation] ?? []),
  );
  if (began.length === 0) return "";
  return timed
    ? secondsText(Math.min(...began.map(({ start }) => start)))
    : `event ${Math.min(...began.map(({ index }) => index))}`;
}

/** Every operation in its lane. */
function inLanes(grid: Grid, drawing: Drawing, pen: Pen): string[] {
  const { glyphs, paint } = pen;
  const accused = inCircle(drawing);
  const widths = columnWidths(grid, drawing, pen);
  const head = grid.lanes.map((_, lane) =>
    padded(cut(laneTitle(grid, lane, pen), (widths[lane] ?? 0) - 2, glyphs.ellipsis), widths[lane] ?? 0),
  );
  const lines = grid.rows.map(({ cells }) => {
    const columns = cells.map(({ mark, operation }, lane) => {
      const width = widths[lane] ?? 0;
      const sign = glyphs.marks[mark];
      if (operation === undefined) return paint("dim", sign) + " ".repeat(width - 1);
      const label = cut(numbered(grid, drawing, operation, pen), width - 3, glyphs.ellipsis);
      const painted = paint(accused.has(operation) ? "bad" : "strong", `${sign} ${label}`);
      return painted + " ".repeat(Math.max(0, width - 2 - widthOf(label)));
    });
    return `${columns.join("")}${paint("dim", timeOf(drawing, cells, pen))}`;
  });
  return [paint("dim", head.join("").trimEnd()), ...lines];
}

/** Columns as wide as what they hold, the widest ones cut until all fit. */
function columnWidths(grid: Grid, drawing: Drawing, pen: Pen): number[] {
  const widths = grid.lanes.map((_, lane) => {
    const labels = drawing.operations.flatMap((__, place) =>
      grid.laneOf[place] === lane ? [widthOf(numbered(grid, drawing, place, pen)) + 2] : [],
    );
    return Math.max(widthOf(laneTitle(grid, lane, pen)), ...labels) + 2;
  });
  const room = COLUMNS - INDENT - TIME_COLUMNS;
  for (let over = sum(widths) - room; over > 0; over--) {
    const widest = widths.indexOf(Math.max(...widths));
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  return widths;
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);

/** Narrow lanes, and beside them what began in each row. */
function beside(grid: Grid, drawing: Drawing, pen: Pen): string[] {
  const { glyphs, paint } = pen;
  const accused = inCircle(drawing);
  const names = grid.laneOf.map((lane) => laneTitle(grid, lane, pen));
  const widest = Math.min(24, Math.max(...names.map(widthOf)));
  const room = COLUMNS - INDENT - TIME_COLUMNS - grid.lanes.length * 2 - widest - 6;
  const longest = Math.max(34, ...names.map((_, place) => widthOf(labelIn(grid, drawing, place, pen))));
  return grid.rows.map(({ cells }) => {
    const lanes = cells.map(({ mark, operation }) =>
      paint(operation === undefined ? "dim" : accused.has(operation) ? "bad" : "strong", glyphs.marks[mark]),
    );
    const place = cells.find(({ operation }) => operation !== undefined)?.operation;
    if (place === undefined) return lanes.join(" ");
    const label = cut(labelIn(grid, drawing, place, pen), room, glyphs.ellipsis);
    const name = padded(cut(names[place] ?? "", widest, glyphs.ellipsis), widest);
    const number = padded(String(drawing.numbers[place]), 2);
    const painted = paint(accused.has(place) ? "bad" : "strong", `${number} ${name}  ${label}`);
    const space = " ".repeat(Math.max(0, Math.min(room, longest) - widthOf(label)) + 1);
    return `${lanes.join(" ")}  ${painted}${space}${paint("dim", timeOf(drawing, cells, pen))}`;
  });
}

function edgeLines(drawing: Drawing, pen: Pen): string[] {
  const { glyphs, paint, plain } = pen;
  const { edges, numbers, circle, edgesLeftOut } = drawing;
  if (edges.length === 0) return [];
  const numberOf = (place: number): string => String(numbers[place]);
  const shown = edges.slice(0, MOST_EDGES);
  const arrows = shown.map(({ from, to }) => `${numberOf(from)} ${glyphs.arrow} ${numberOf(to)}`);
  const indent = 4 + Math.max(...arrows.map(widthOf)) + 2;
  const lines = shown.flatMap(({ reason, because }, place) => {
    const from = because.length === 0 ? "" : ` (${because.map(letterOf).join(", ")})`;
    const [first = "", ...rest] = wrapped(plain(reason) + from, COLUMNS - INDENT - indent);
    const style = circle.includes(place) ? "bad" : "dim";
    const arrow = padded(arrows[place] ?? "", indent - 4);
    return [
      `${paint(style, `${padded(letterOf(place), 3)} ${arrow}`)}${first}`,
      ...rest.map((line) => " ".repeat(indent) + line),
    ];
  });
  const left = edgesLeftOut + edges.length - shown.length;
  const more = left > 0 ? [paint("dim", `and ${count(left, "more reason")}`)] : [];
  return [
    "",
    paint("dim", `what has to come before what, and why (${glyphs.arrow} comes before):`),
    ...lines,
    ...more,
    ...circleLine(drawing, pen),
  ];
}

function circleLine({ edges, numbers, circle }: Drawing, { glyphs, paint }: Pen): string[] {
  if (circle.length === 0) return [];
  const way = circle.map((place) => String(numbers[edges[place]?.from ?? 0]));
  const round = [...way, way[0]].join(` ${glyphs.arrow} `);
  return wrapped(`So ${round}: round in a circle, which no order can do.`, COLUMNS - INDENT).map((line) =>
    paint("bad", line),
  );
}
