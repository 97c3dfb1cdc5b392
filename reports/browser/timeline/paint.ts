import { faultText } from "../../phrases.ts";
import type { FaultBand, Timeline } from "../../schema.ts";
import { ticks, tickText } from "./axis.ts";
import { AXIS_HEIGHT, FAULT_HEIGHT, type Layout } from "./layout.ts";
import { lowerBound, type Operations, STATUS_MASK } from "./operations.ts";
import type { Palette } from "./palette.ts";
import type { Viewport } from "./viewport.ts";

/** Everything one picture of the timeline depends on. */
export interface Scene {
  readonly timeline: Timeline;
  readonly operations: Operations;
  readonly faults: readonly FaultBand[];
  readonly last: number;
  readonly viewport: Viewport;
  readonly layout: Layout;
  readonly palette: Palette;
  /** Places of the operations under the pointer and chosen. */
  readonly hovered: number | undefined;
  readonly chosen: number | undefined;
  /** Time range being dragged. */
  readonly selection: readonly [number, number] | undefined;
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

export function paint(context: Context, scene: Scene): void {
  const { width, height, left } = scene.layout;
  context.clearRect(0, 0, width, height);
  context.font = FONT;
  context.textBaseline = "middle";
  paintLanes(context, scene);
  context.save();
  context.beginPath();
  context.rect(left, 0, width - left, height);
  context.clip();
  paintAxis(context, scene);
  paintFaults(context, scene);
  paintOperations(context, scene);
  paintWitnesses(context, scene);
  for (const place of [scene.hovered, scene.chosen]) if (place !== undefined) outline(context, scene, place);
  paintSelection(context, scene);
  context.restore();
}

function paintLanes(context: Context, { layout, palette, operations, timeline }: Scene): void {
  const every = Math.max(1, Math.ceil(14 / layout.laneHeight));
  for (let lane = 0; lane < operations.lanes; lane++) {
    const top = layout.laneTop + lane * layout.laneHeight;
    if (lane % 2 === 1) {
      context.fillStyle = palette.lane;
      context.fillRect(layout.left, top, layout.width - layout.left, layout.laneHeight);
    }
    if (lane % every !== 0) continue;
    context.fillStyle = palette.muted;
    context.textAlign = "right";
    context.fillText(timeline.lanes[lane] ?? "", layout.left - 8, top + layout.laneHeight / 2);
  }
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

function paintOperations(context: Context, scene: Scene): void {
  for (let lane = 0; lane < scene.operations.lanes; lane++) paintLane(context, scene, lane);
}

function paintLane(context: Context, scene: Scene, lane: number): void {
  const { operations, viewport, layout, palette } = scene;
  const top = layout.laneTop + lane * layout.laneHeight + (layout.laneHeight > 6 ? 2 : 0);
  const height = layout.laneHeight > 6 ? layout.laneHeight - 4 : Math.max(1, layout.laneHeight - 1);
  const to = operations.first[lane + 1] as number;
  let at = lowerBound(operations.reach, viewport.from, operations.first[lane] as number, to);
  while (at < to && (operations.start[at] as number) <= viewport.to) {
    const start = operations.start[at] as number;
    const x = pixelOf(scene, start);
    const pixel = Math.floor(x);
    const next = lowerBound(operations.start, timeAt(scene, pixel + 1), at + 1, to);
    if (next > at + 1) {
      paintMany(context, scene, at, next, pixel, top, height);
    } else {
      const wide = Math.max(
        NARROWEST,
        pixelOf(scene, Math.min(operations.end[at] as number, scene.last)) - x,
      );
      context.fillStyle = colourOf(scene, at);
      context.fillRect(x, top, wide, height);
      if (wide > TEXT_FROM && height >= 12) {
        label(
          context,
          operationLabel(scene, at),
          Math.max(x, layout.left),
          top + height / 2,
          wide + Math.min(0, x - layout.left),
          palette.card,
        );
      }
    }
    at = next;
  }
}

/** Several operations under one pixel: what went wrong among them must not vanish. */
function paintMany(
  context: Context,
  scene: Scene,
  from: number,
  to: number,
  x: number,
  top: number,
  height: number,
): void {
  const { operations, palette } = scene;
  const failed = (operations.failed[to] as number) - (operations.failed[from] as number);
  const indefinite = (operations.indefinite[to] as number) - (operations.indefinite[from] as number);
  const wide = Math.max(
    1,
    Math.ceil(pixelOf(scene, Math.min(operations.end[to - 1] as number, scene.last)) - x),
  );
  const allBad = failed + indefinite === to - from;
  context.fillStyle =
    indefinite > 0 && allBad ? palette.info : allBad ? palette.fail : colourOf(scene, from, true);
  context.fillRect(x, top, wide, height);
  if (failed + indefinite > 0 && !allBad) {
    context.fillStyle = indefinite > 0 ? palette.info : palette.fail;
    context.fillRect(x, top + height / 2, Math.max(2, wide), height / 2);
  }
}

function colourOf({ operations, palette, timeline }: Scene, place: number, kindOnly = false): string {
  const status = (operations.flags[place] as number) & STATUS_MASK;
  if (!kindOnly && status === 1) return palette.fail;
  if (!kindOnly && status === 2) return palette.info;
  return isRead(timeline.functions[operations.f[place] as number]) ? palette.read : palette.write;
}

const isRead = (f: string | undefined): boolean => f === "read" || f === "contains" || f === "poll";

function operationLabel({ operations, timeline }: Scene, place: number): string {
  const f = timeline.functions[operations.f[place] as number] ?? "";
  const key = timeline.keys[operations.key[place] as number] ?? "";
  const value = operations.values[operations.value[place] as number] ?? "";
  return isRead(f) ? `${f} ${key} → ${value}` : `${f} ${key} ${value}`;
}

function boxOf(
  scene: Scene,
  place: number,
  narrowest: number,
): [x: number, y: number, width: number, height: number] {
  const { operations, layout } = scene;
  const x = pixelOf(scene, operations.start[place] as number);
  const end = pixelOf(scene, Math.min(operations.end[place] as number, scene.last));
  const y = layout.laneTop + (operations.lane[place] as number) * layout.laneHeight;
  return [x, y, Math.max(narrowest, end - x), layout.laneHeight];
}

function paintWitnesses(context: Context, scene: Scene): void {
  context.strokeStyle = scene.palette.broken;
  context.fillStyle = scene.palette.broken;
  context.lineWidth = 2;
  for (const place of scene.operations.witnesses) {
    const [x, y, width, height] = boxOf(scene, place, NARROWEST_WITNESS);
    if (x + width < scene.layout.left || x > scene.layout.width) continue;
    if (width > NARROWEST_WITNESS * 2) context.strokeRect(x, y + 1, width, height - 2);
    else context.fillRect(x, y, NARROWEST_WITNESS, height);
  }
}

function outline(context: Context, scene: Scene, place: number): void {
  const [x, y, width, height] = boxOf(scene, place, NARROWEST_WITNESS);
  context.strokeStyle = scene.palette.ink;
  context.lineWidth = place === scene.chosen ? 2.5 : 1.5;
  context.strokeRect(x - 1, y, width + 2, height);
}

function paintSelection(context: Context, scene: Scene): void {
  if (scene.selection === undefined) return;
  const [a, b] = scene.selection.map((at) => pixelOf(scene, at)) as [number, number];
  context.fillStyle = scene.palette.ink;
  context.globalAlpha = 0.12;
  context.fillRect(Math.min(a, b), 0, Math.abs(b - a), scene.layout.height);
  context.globalAlpha = 1;
}
