import type { PageData } from "../../page-data.ts";
import type { Timeline } from "../../schema.ts";
import { type Lanes, placeOf, rowAt } from "../explorer/grouping.ts";
import { lowerBound, type Operations } from "../explorer/operations.ts";
import type { Range } from "../explorer/view.ts";
import { faultText } from "../../phrases.ts";
import { elementById } from "../page.ts";
import type { Tip } from "../tip.ts";
import { spanText } from "./axis.ts";
import { operationEntries } from "./details.ts";
import { wireGestures, type Wishes } from "./gestures.ts";
import { layOut, type Layout, NODE_HEIGHT, nodeRowsOf } from "./layout.ts";
import { paint, pixelOf, type Scene, timeAt } from "./paint.ts";
import { type Palette, readPalette } from "./palette.ts";
import { Viewport } from "./viewport.ts";

/** How near the pointer must be to an operation, in pixels. */
const REACH = 6;
/** Nobody needs to see less than this: nanoseconds, or events. */
const NARROWEST = { time: 1_000, order: 4 } as const;
/** Names of lanes are measured up to so many: the rest is like them. */
const MEASURED = 100;

/** What a person did on the canvas. */
export interface TimelineEvents {
  /** Another stretch is shown; undefined: the whole run. */
  shown(range: Range | undefined): void;
  ranged(range: Range | undefined): void;
  chosen(row: number | undefined): void;
}

/** The canvas that draws the operations; what is shown of which lanes is decided elsewhere. */
export class TimelineView {
  readonly #data: PageData;
  readonly #timeline: Timeline;
  readonly #operations: Operations;
  readonly #tip: Tip;
  readonly #events: TimelineEvents;
  readonly #canvas = elementById("timeline-canvas", HTMLCanvasElement);
  readonly #cells = document.createElement("canvas");
  readonly #span = elementById("timeline-span", HTMLElement);
  readonly #last: number;
  readonly #viewport: Viewport;
  readonly #nodeRows: readonly string[];
  #lanes: Lanes;
  #layout: Layout;
  #palette: Palette;
  #hovered: number | undefined;
  #chosen: number | undefined;
  #range: Range | undefined;
  #dragged: Range | undefined;
  #scheduled = false;

  constructor(
    data: PageData,
    parts: {
      readonly timeline: Timeline;
      readonly operations: Operations;
      readonly lanes: Lanes;
      readonly tip: Tip;
      readonly events: TimelineEvents;
    },
  ) {
    this.#data = data;
    this.#timeline = parts.timeline;
    this.#operations = parts.operations;
    this.#lanes = parts.lanes;
    this.#tip = parts.tip;
    this.#events = parts.events;
    const isTimed = parts.timeline.axis === "time";
    this.#last = isTimed ? data.to : (parts.operations.index.at(-1) ?? 0) + 2;
    this.#viewport = new Viewport(isTimed ? data.from : 0, this.#last, NARROWEST[parts.timeline.axis]);
    this.#nodeRows = nodeRowsOf(this.#faults(), this.#logs());
    this.#layout = this.#measure();
    this.#palette = readPalette(this.#canvas.parentElement ?? document.body);
    wireGestures(this.#canvas, this.#wishes());
    this.#wireButtons();
    new ResizeObserver(() => this.#resize()).observe(this.#canvas.parentElement ?? this.#canvas);
    this.#resize();
  }

  /** The end of the axis. */
  get last(): number {
    return this.#last;
  }

  get shown(): Range {
    return [this.#viewport.from, this.#viewport.to];
  }

  /** Paints again with the colours of now. */
  repaint(): void {
    this.#palette = readPalette(this.#canvas.parentElement ?? document.body);
    this.#schedule();
  }

  setLanes(lanes: Lanes): void {
    this.#lanes = lanes;
    this.#hoverNothing();
    this.#resize();
  }

  /** Undefined: the whole run. */
  show(range: Range | undefined): void {
    if (range === undefined) this.#viewport.showAll();
    else this.#viewport.show(...range);
    this.#schedule();
  }

  setRange(range: Range | undefined): void {
    this.#range = range;
    this.#schedule();
  }

  /** Marks an operation, and brings it into view. */
  choose(row: number | undefined): void {
    this.#chosen = row;
    if (row !== undefined) {
      const start = this.#operations.start[row] as number;
      const end = Math.min(this.#operations.end[row] as number, this.#last);
      if (end < this.#viewport.from || start > this.#viewport.to) {
        this.#viewport.show(start - this.#viewport.span / 2, start + this.#viewport.span / 2);
      }
    }
    this.#schedule();
  }

  focus(): void {
    this.#canvas.focus({ preventScroll: true });
  }

  #measure(): Layout {
    const width = this.#canvas.parentElement?.clientWidth ?? 0;
    const context = this.#canvas.getContext("2d");
    if (context !== null) context.font = "11px Inter, system-ui, sans-serif";
    const measure = (name: string): number => context?.measureText(name.slice(0, 40)).width ?? 0;
    const shown = this.#lanes.names.filter((name) => name !== "").slice(0, MEASURED);
    return layOut(Math.max(200, width), this.#lanes.names.length, {
      faults: this.#faults(),
      last: this.#last,
      nodeRows: this.#nodeRows.length,
      names: Math.max(0, ...[...shown, ...this.#nodeRows].map(measure)),
    });
  }

  #faults(): PageData["faults"] {
    return this.#timeline.axis === "time" ? this.#data.faults : [];
  }

  #logs(): NonNullable<PageData["logs"]>["lines"] {
    return this.#timeline.axis === "time" ? (this.#data.logs?.lines ?? []) : [];
  }

  #resize(): void {
    this.#layout = this.#measure();
    const { width, height } = this.#layout;
    this.#canvas.width = Math.round(width * devicePixelRatio);
    this.#canvas.height = Math.round(height * devicePixelRatio);
    this.#canvas.style.width = `${width}px`;
    this.#canvas.style.height = `${height}px`;
    this.#paint();
  }

  #scene(): Scene {
    return {
      timeline: this.#timeline,
      operations: this.#operations,
      lanes: this.#lanes,
      faults: this.#faults(),
      logs: this.#logs(),
      nodeRows: this.#nodeRows,
      last: this.#last,
      viewport: this.#viewport,
      layout: this.#layout,
      palette: this.#palette,
      fineness: devicePixelRatio,
      hovered: this.#hovered,
      chosen: this.#chosen,
      range: this.#dragged ?? this.#range,
    };
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    requestAnimationFrame(() => {
      this.#scheduled = false;
      this.#paint();
    });
  }

  /** The time that it took is left on the canvas for whoever measures. */
  #paint(): void {
    const context = this.#canvas.getContext("2d");
    if (context === null) return;
    const begun = performance.now();
    context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
    paint(context, this.#cells, this.#scene());
    const shown = spanText(this.#viewport.span, this.#timeline.axis);
    this.#span.textContent = this.#viewport.isWhole ? `whole run, ${shown}` : `${shown} shown`;
    this.#canvas.dataset["painted"] = (performance.now() - begun).toFixed(2);
  }

  #wishes(): Wishes {
    const viewport = this.#viewport;
    const time = (x: number): number => timeAt(this.#scene(), x);
    const moved =
      <T extends readonly unknown[]>(act: (...parameters: T) => void) =>
      (...parameters: T): void => {
        act(...parameters);
        this.#schedule();
        this.#events.shown(viewport.isWhole ? undefined : this.shown);
      };
    const between = ([a, b]: readonly [number, number]): Range => {
      const [from, to] = [time(Math.min(a, b)), time(Math.max(a, b))];
      return [Math.max(0, from), Math.min(this.#last, to)];
    };
    return {
      zoom: moved((factor, x) => viewport.zoom(factor, time(x))),
      pan: moved((pixels) =>
        viewport.pan((pixels / (this.#layout.width - this.#layout.left)) * viewport.span),
      ),
      showAll: moved(() => viewport.showAll()),
      drag: (pixels) => {
        this.#dragged = pixels === undefined ? undefined : between(pixels);
        this.#schedule();
      },
      select: (pixels) => this.#events.ranged(pixels === undefined ? undefined : between(pixels)),
      zoomToRange: moved(() => {
        if (this.#range !== undefined) viewport.show(...this.#range);
      }),
      hover: (x, y, event) => this.#hover(x, y, event),
      leave: () => this.#hoverNothing(),
      choose: (x, y) => this.#events.chosen(this.#under(x, y)),
      step: (by) => this.#step(by),
      changeLane: (by) => this.#changeLane(by),
    };
  }

  #under(x: number, y: number): number | undefined {
    const { laneTop, laneHeight, left, width } = this.#layout;
    const lane = Math.floor((y - laneTop) / laneHeight);
    if (lane < 0 || lane >= this.#lanes.names.length || x < left) return undefined;
    const within = (REACH / (width - left)) * this.#viewport.span;
    return rowAt(this.#lanes, lane, timeAt(this.#scene(), x), within);
  }

  #hover(x: number, y: number, event: PointerEvent): void {
    const row = this.#under(x, y);
    const entries =
      row === undefined ? this.#logEntries(x, y) : operationEntries(this.#timeline, this.#operations, row);
    if (entries.length === 0) return this.#hoverNothing();
    if (row !== this.#hovered) this.#schedule();
    this.#hovered = row;
    this.#tip.show(entries, event.clientX, event.clientY);
  }

  /** The log lines under the pointer; where there are none, the faults on that node. */
  #logEntries(x: number, y: number): (readonly [string, string])[] {
    const { nodeTop, laneTop, left } = this.#layout;
    if (y < nodeTop || y >= laneTop || x < left) return [];
    const scene = this.#scene();
    const name = this.#nodeRows[Math.floor((y - nodeTop) / NODE_HEIGHT)];
    if (name === undefined) return [];
    const lines = this.#logs()
      .filter(({ at, node }) => (name === "" || node === name) && Math.abs(pixelOf(scene, at) - x) <= REACH)
      .slice(0, 6)
      .map(({ at, node, text }) => [`${(at / 1e9).toFixed(3)} s ${node}`, text] as const);
    if (lines.length > 0) return lines;
    const time = timeAt(scene, x);
    return scene.faults
      .filter(({ nodes, from, to }) => nodes.includes(name) && from <= time && (to ?? this.#last) >= time)
      .map((fault) => [name, faultText(fault)] as const);
  }

  #hoverNothing(): void {
    if (this.#hovered !== undefined) this.#schedule();
    this.#hovered = undefined;
    this.#tip.hide();
  }

  #step(by: number): void {
    const place = this.#chosen === undefined ? undefined : placeOf(this.#lanes, this.#chosen);
    if (place === undefined) {
      const visible = [...this.#lanes.names.keys()]
        .map((lane) => this.#nearest(lane))
        .find((row) => row !== undefined);
      return this.#events.chosen(visible);
    }
    const lane = this.#lanes.laneOf[this.#chosen as number] as number;
    const next = place + by;
    if (next >= (this.#lanes.first[lane] as number) && next < (this.#lanes.first[lane + 1] as number))
      this.#events.chosen(this.#lanes.row[next]);
  }

  #changeLane(by: number): void {
    const chosen = this.#chosen;
    if (chosen === undefined || placeOf(this.#lanes, chosen) === undefined) return this.#step(0);
    const lane = (this.#lanes.laneOf[chosen] as number) + by;
    if (lane < 0 || lane >= this.#lanes.names.length) return;
    this.#events.chosen(this.#nearest(lane, this.#operations.start[chosen]) ?? chosen);
  }

  /** The first operation of a lane that begins at or after `at`, else its last one. */
  #nearest(lane: number, at: number = this.#viewport.from): number | undefined {
    const from = this.#lanes.first[lane] as number;
    const to = this.#lanes.first[lane + 1] as number;
    return from === to
      ? undefined
      : this.#lanes.row[Math.min(to - 1, lowerBound(this.#lanes.start, at, from, to))];
  }

  #wireButtons(): void {
    const wishes = this.#wishes();
    const middle = (): number => (this.#layout.left + this.#layout.width) / 2;
    const actions: Readonly<Record<string, () => void>> = {
      "timeline-in": () => wishes.zoom(0.5, middle()),
      "timeline-out": () => wishes.zoom(2, middle()),
      "timeline-all": () => wishes.showAll(),
      "timeline-zoom-range": () => wishes.zoomToRange(),
      "timeline-clear-range": () => wishes.select(undefined),
    };
    for (const [id, act] of Object.entries(actions)) {
      elementById(id, HTMLButtonElement).addEventListener("click", act);
    }
  }
}
