import { faultText } from "../../phrases.ts";
import type { FaultBand, ReportLogs, Timeline } from "../../schema.ts";
import { type Lanes, placeOf } from "../explorer/grouping.ts";
import type { Operations } from "../explorer/operations.ts";
import { ticks, tickText } from "./axis.ts";
import { paintLane, readsAmong } from "./cells.ts";
import { AXIS_HEIGHT, FAULT_HEIGHT, type Layout, NODE_HEIGHT } from "./layout.ts";
import { pixelColour, type Palette } from "./palette.ts";
import type { Viewport } from "./viewport.ts";

/** Everything one picture of the timeline depends on. */
export interface Scene {
  readonly timeline: Timeline;
  readonly operations: Operations;
  readonly lanes: Lanes;
  readonly faults: readonly FaultBand[];
  readonly logs: ReportLogs["lines"];
  /** Names of the rows of what happened to nodes; one without a name has all of them. */
  readonly nodeRows: readonly string[];
  readonly last: number;
  readonly viewport: Viewport;
  readonly layout: Layout;
  readonly palette: Palette;
  /** Device pixels to a CSS pixel. */
  readonly fineness: number;
  /** Rows of the operations under the pointer and chosen. */
  readonly hovered: number | undefined;
  readonly chosen: number | undefined;
  /** The stretch that everything is filtered by, or that is being dragged. */
  readonly range: readonly [number, number] | undefined;
}

type Context = CanvasRenderingContext2D;

/** An operation is never drawn narrower than this, or it could not be seen. */
const NARROWEST = 1.5;
/** A witness stands out even when the whole run is shown. */
const NARROWEST_WITNESS = 2;
/** Pixels of a bar from which its text is worth drawing. */
const TEXT_FROM = 46;
const FONT = "11px Inter, system-ui, sans-serif";
const TICK_WIDTH = 96;

export const pixelOf = (scene: Pick<Scene, "viewport" | "layout">, at: number): number =>
  scene.layout.left +
  ((at - scene.viewport.from) / scene.viewport.span) * (scene.layout.width - scene.layout.left);

export const timeAt = (scene: Pick<Scene, "viewport" | "layout">, x: number): number =>
  scene.viewport.from +
  ((x - scene.layout.left) / (scene.layout.width - scene.layout.left)) * scene.viewport.span;

/** `cells`: a canvas of its own to paint the operations on, pixel by pixel. */
export function paint(context: Context, cells: HTMLCanvasElement, scene: Scene): void {
  const { width, height, left } = scene.layout;
  context.clearRect(0, 0, width, height);
  context.font = FONT;
  context.textBaseline = "middle";
  paintLanes(context, scene);
  paintNodeNames(context, scene);
  context.save();
  context.beginPath();
  context.rect(left, 0, width - left, height);
  context.clip();
  paintAxis(context, scene);
  paintFaults(context, scene);
  paintNodes(context, scene);
  paintOperations(context, cells, scene);
  paintWitnesses(context, scene);
  for (const row of [scene.hovered, scene.chosen]) if (row !== undefined) outline(context, scene, row);
  paintRange(context, scene);
  context.restore();
}

function paintLanes(context: Context, { layout, palette, lanes }: Scene): void {
  let free = 0;
  let isStriped = true;
  for (const [lane, name] of lanes.names.entries()) {
    const top = layout.laneTop + lane * layout.laneHeight;
    if (name !== "") isStriped = !isStriped;
    if (isStriped) {
      context.fillStyle = palette.lane;
      context.fillRect(layout.left, top, layout.width - layout.left, layout.laneHeight);
    }
    const middle = top + layout.laneHeight / 2;
    if (name === "" || middle < free) continue;
    free = middle + 14;
    context.fillStyle = palette.muted;
    context.textAlign = "right";
    context.fillText(clipped(context, name, layout.left - 12), layout.left - 8, middle);
  }
}

function clipped(context: Context, text: string, width: number): string {
  if (context.measureText(text).width <= width) return text;
  let length = Math.min(text.length, 40);
  while (length > 1 && context.measureText(`${text.slice(0, length)}…`).width > width) length--;
  return `${text.slice(0, length).toWellFormed()}…`;
}

function paintAxis(context: Context, scene: Scene): void {
  const { layout, palette, viewport, timeline } = scene;
  const marks = ticks(viewport.from, viewport.to, (layout.width - layout.left) / TICK_WIDTH);
  const step = (marks[1] ?? 0) - (marks[0] ?? 0) || viewport.span;
  context.textAlign = "left";
  for (const mark of marks) {
    const x = Math.round(pixelOf(scene, mark)) + 0.5;
    context.fillStyle = palette.line;
    context.fillRect(x, 0, 1, layout.height);
    context.fillStyle = palette.muted;
    context.fillText(tickText(mark, step, timeline.axis), x + 5, AXIS_HEIGHT / 2);
  }
}

function paintFaults(context: Context, scene: Scene): void {
  const { faults, layout, palette, last } = scene;
  faults.forEach((fault, i) => {
    const from = Math.max(layout.left, pixelOf(scene, fault.from));
    const to = Math.min(layout.width, pixelOf(scene, fault.to ?? last));
    if (to < layout.left || from > layout.width) return;
    const wide = Math.max(NARROWEST, to - from);
    context.fillStyle = palette.band;
    context.fillRect(from, layout.laneTop, wide, layout.height - layout.laneTop);
    const top = layout.faultTop + (layout.faultRow[i] ?? 0) * FAULT_HEIGHT;
    context.fillStyle = palette.fault;
    context.fillRect(from, top + 2, wide, FAULT_HEIGHT - 4);
    label(context, faultText(fault), from, top + FAULT_HEIGHT / 2, wide, palette.card);
  });
}

function paintNodeNames(context: Context, { layout, palette, nodeRows }: Scene): void {
  context.fillStyle = palette.muted;
  context.textAlign = "right";
  for (const [row, name] of nodeRows.entries()) {
    const middle = layout.nodeTop + (row + 0.5) * NODE_HEIGHT;
    if (name !== "") context.fillText(clipped(context, name, layout.left - 12), layout.left - 8, middle);
  }
}

/** For each node a line with its faults, and a notch for each line of its log: what it says stands in the list below. */
function paintNodes(context: Context, scene: Scene): void {
  const { logs, layout, palette, nodeRows, faults, last } = scene;
  for (const [row, name] of nodeRows.entries()) {
    const top = layout.nodeTop + row * NODE_HEIGHT;
    context.fillStyle = palette.line;
    context.fillRect(layout.left, top + NODE_HEIGHT / 2 - 0.5, layout.width - layout.left, 1);
    context.fillStyle = palette.fault;
    for (const { nodes, from, to } of faults) {
      if (!nodes.includes(name)) continue;
      const x = Math.max(layout.left, pixelOf(scene, from));
      const until = Math.min(layout.width, pixelOf(scene, to ?? last));
      if (until > x) context.fillRect(x, top + NODE_HEIGHT / 2 - 2, until - x, 4);
    }
    context.fillStyle = palette.ink;
    let free = Number.NEGATIVE_INFINITY;
    for (const { at, node } of logs) {
      if (name !== "" && node !== name) continue;
      const x = pixelOf(scene, at);
      if (x < Math.max(free, layout.left - 1) || x > layout.width) continue;
      context.fillRect(x, top + 3, 1.5, NODE_HEIGHT - 6);
      free = x + 1.5;
    }
  }
}

/** Text inside a bar, cut where the bar ends; none if hardly anything would be left. */
function label(context: Context, text: string, x: number, y: number, width: number, colour: string): void {
  if (width < TEXT_FROM) return;
  context.save();
  context.beginPath();
  context.rect(x, y - FAULT_HEIGHT, width - 3, FAULT_HEIGHT * 2);
  context.clip();
  context.fillStyle = colour;
  context.textAlign = "left";
  context.fillText(text, x + 5, y + 0.5);
  context.restore();
}

/** Lanes are painted as pixels: as many as a hundred thousand bars would take too long one by one. */
function paintOperations(context: Context, cells: HTMLCanvasElement, scene: Scene): void {
  const { layout, viewport, palette, lanes, operations, timeline, fineness } = scene;
  const width = Math.max(1, Math.round((layout.width - layout.left) * fineness));
  const height = Math.max(1, Math.round((layout.height - layout.laneTop) * fineness));
  if (cells.width !== width || cells.height !== height) Object.assign(cells, { width, height });
  const pixels = cells.getContext("2d");
  if (pixels === null) return;
  const image = pixels.createImageData(width, height);
  const grid = new Uint32Array(image.data.buffer);
  const lines = { upper: new Uint32Array(width), lower: new Uint32Array(width) };
  const gap = layout.laneHeight > 6 ? 2 : 0;
  const texts: [row: number, lane: number, x: number, width: number][] = [];
  const setting = {
    lanes,
    operations,
    isRead: readsAmong(timeline.functions),
    colours: {
      read: pixelColour(palette.read),
      write: pixelColour(palette.write),
      fail: pixelColour(palette.fail),
      info: pixelColour(palette.info),
    },
    frame: {
      from: viewport.from,
      to: viewport.to,
      last: scene.last,
      width,
      narrowest: Math.ceil(NARROWEST * fineness),
    },
    ...lines,
    textFrom: layout.laneHeight >= 16 ? TEXT_FROM * fineness : Number.POSITIVE_INFINITY,
  };
  for (let lane = 0; lane < lanes.names.length; lane++) {
    lines.upper.fill(0);
    lines.lower.fill(0);
    paintLane(lane, setting, (row, x, wide) => texts.push([row, lane, x, wide]));
    const top = Math.round((lane * layout.laneHeight + gap) * fineness);
    const bottom = Math.max(
      top + 1,
      Math.round(((lane + 1) * layout.laneHeight - Math.max(gap, 1)) * fineness),
    );
    for (let y = top; y < bottom && y < height; y++) {
      grid.set(y * 2 < top + bottom - 1 ? lines.upper : lines.lower, y * width);
    }
  }
  pixels.putImageData(image, 0, 0);
  context.imageSmoothingEnabled = false;
  context.drawImage(cells, layout.left, layout.laneTop, width / fineness, height / fineness);
  paintOpen(context, scene);
  for (const [row, lane, x, wide] of texts) {
    const middle = layout.laneTop + (lane + 0.5) * layout.laneHeight;
    label(
      context,
      operationLabel(scene, row),
      layout.left + x / fineness,
      middle,
      wide / fineness,
      palette.card,
    );
  }
}

/** What never completed goes on to the end of the run, whatever else its lane shows: a thin line. */
function paintOpen(context: Context, scene: Scene): void {
  const { lanes, layout, palette, viewport } = scene;
  context.fillStyle = palette.info;
  for (const place of lanes.open) {
    const start = lanes.start[place] as number;
    if (start > viewport.to) continue;
    const lane = lanes.laneOf[lanes.row[place] as number] as number;
    const x = Math.max(layout.left, pixelOf(scene, start));
    const bottom = layout.laneTop + (lane + 1) * layout.laneHeight;
    context.fillRect(x, bottom - 2, pixelOf(scene, scene.last) - x, 1);
  }
}

const isRead = (f: string): boolean => f === "read" || f === "contains" || f === "poll";

function operationLabel({ operations, timeline }: Scene, row: number): string {
  const f = timeline.functions[operations.f[row] as number] ?? "";
  const key = timeline.keys[operations.key[row] as number] ?? "";
  const value = (operations.values[operations.value[row] as number] ?? "").slice(0, 80);
  return isRead(f) && value !== "" ? `${f} ${key} → ${value}` : `${f} ${key} ${value}`;
}

function boxOf(
  scene: Scene,
  row: number,
  narrowest: number,
): [x: number, y: number, width: number, height: number] | undefined {
  const { operations, layout, lanes } = scene;
  const lane = lanes.laneOf[row] ?? -1;
  if (lane < 0) return undefined;
  const x = pixelOf(scene, operations.start[row] as number);
  const end = pixelOf(scene, Math.min(operations.end[row] as number, scene.last));
  return [x, layout.laneTop + lane * layout.laneHeight, Math.max(narrowest, end - x), layout.laneHeight];
}

function paintWitnesses(context: Context, scene: Scene): void {
  context.strokeStyle = scene.palette.broken;
  context.fillStyle = scene.palette.broken;
  context.lineWidth = 2;
  for (const row of scene.operations.witnesses) {
    const box = boxOf(scene, row, NARROWEST_WITNESS);
    if (box === undefined) continue;
    const [x, y, width, height] = box;
    if (x + width < scene.layout.left || x > scene.layout.width) continue;
    if (width > NARROWEST_WITNESS * 2) context.strokeRect(x, y + 1, width, height - 2);
    else context.fillRect(x, y, NARROWEST_WITNESS, height);
  }
}

function outline(context: Context, scene: Scene, row: number): void {
  const box = placeOf(scene.lanes, row) === undefined ? undefined : boxOf(scene, row, NARROWEST_WITNESS);
  if (box === undefined) return;
  const [x, y, width, height] = box;
  context.strokeStyle = scene.palette.ink;
  context.lineWidth = row === scene.chosen ? 2.5 : 1.5;
  context.strokeRect(x - 1, y, width + 2, height);
}

/** What lies outside the range steps back. */
function paintRange(context: Context, scene: Scene): void {
  if (scene.range === undefined) return;
  const { layout, palette } = scene;
  const [a, b] = scene.range.map((at) => pixelOf(scene, at)) as [number, number];
  const [from, to] = [Math.min(a, b), Math.max(a, b)];
  context.fillStyle = palette.card;
  context.globalAlpha = 0.62;
  context.fillRect(layout.left, AXIS_HEIGHT, Math.max(0, from - layout.left), layout.height);
  context.fillRect(to, AXIS_HEIGHT, Math.max(0, layout.width - to), layout.height);
  context.globalAlpha = 1;
  context.fillStyle = palette.ink;
  for (const x of [from, to]) context.fillRect(x - 0.5, 0, 1, layout.height);
}
