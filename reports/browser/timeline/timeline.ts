import type { ReportData, Timeline } from "../../schema.ts";
import { elementById } from "../page.ts";
import type { Tip } from "../tip.ts";
import { spanText } from "./axis.ts";
import { operationEntries, showDetails } from "./details.ts";
import { wireGestures, type Wishes } from "./gestures.ts";
import { layOut, type Layout } from "./layout.ts";
import { lowerBound, operationAt, type Operations, unpackOperations } from "./operations.ts";
import { paint, pixelOf, type Scene, timeAt } from "./paint.ts";
import { type Palette, readPalette } from "./palette.ts";
import { Viewport } from "./viewport.ts";

/** How near the pointer must be to an operation, in pixels. */
const REACH = 6;
/** Around a witness that is shown, so that it does not touch the edges: a share of its span. */
const MARGIN = 0.25;
/** At least this share of the run is shown around it: a lone operation means little. */
const SURROUNDINGS = 1 / 150;
/** Nobody needs to see less than this: nanoseconds, or events. */
const NARROWEST = { time: 1_000, order: 4 } as const;

/** The timeline of all operations. Undefined when the report has none. */
export async function createTimeline(data: ReportData, tip: Tip): Promise<TimelineView | undefined> {
  if (data.timeline === null) return undefined;
  return new TimelineView(data, data.timeline, await unpackOperations(data.timeline), tip);
}

export class TimelineView {
  readonly #data: ReportData;
  readonly #timeline: Timeline;
  readonly #operations: Operations;
  readonly #tip: Tip;
  readonly #canvas = elementById("timeline-canvas", HTMLCanvasElement);
  readonly #details = elementById("timeline-details", HTMLElement);
  readonly #span = elementById("timeline-span", HTMLElement);
  readonly #last: number;
  readonly #viewport: Viewport;
  #layout: Layout;
  #palette: Palette;
  #hovered: number | undefined;
  #chosen: number | undefined;
  #selection: readonly [number, number] | undefined;
  #scheduled = false;

  constructor(data: ReportData, timeline: Timeline, operations: Operations, tip: Tip) {
    this.#data = data;
    this.#timeline = timeline;
    this.#operations = operations;
    this.#tip = tip;
    const first = timeline.axis === "time" ? data.from : 0;
    this.#last =
      timeline.axis === "time" ? data.to : operations.index.reduce((a, b) => Math.max(a, b), 0) + 2;
    this.#viewport = new Viewport(first, this.#last, NARROWEST[timeline.axis]);
    this.#layout = this.#measure();
    this.#palette = readPalette(this.#canvas.parentElement ?? document.body);
    wireGestures(this.#canvas, this.#wishes());
    this.#wireButtons();
    new ResizeObserver(() => this.#resize()).observe(this.#canvas.parentElement ?? this.#canvas);
    this.#resize();
  }

  /** Paints again with the colours of now. */
  repaint(): void {
    this.#palette = readPalette(this.#canvas.parentElement ?? document.body);
    this.#schedule();
  }

  #measure(): Layout {
    const width = this.#canvas.parentElement?.clientWidth ?? 0;
    return layOut(Math.max(200, width), this.#operations.lanes, this.#faults(), this.#last);
  }

  #faults(): ReportData["faults"] {
    return this.#timeline.axis === "time" ? this.#data.faults : [];
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
      faults: this.#faults(),
      last: this.#last,
      viewport: this.#viewport,
      layout: this.#layout,
      palette: this.#palette,
      hovered: this.#hovered,
      chosen: this.#chosen,
      selection: this.#selection,
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

  #paint(): void {
    const context = this.#canvas.getContext("2d");
    if (context === null) return;
    context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
    paint(context, this.#scene());
    const shown = spanText(this.#viewport.span, this.#timeline.axis);
    this.#span.textContent = this.#viewport.isWhole ? `whole run, ${shown}` : `${shown} shown`;
  }

  #wishes(): Wishes {
    const viewport = this.#viewport;
    const time = (x: number): number => timeAt(this.#scene(), x);
    const painted =
      <T extends readonly unknown[]>(act: (...parameters: T) => void) =>
      (...parameters: T): void => {
        act(...parameters);
        this.#schedule();
      };
    return {
      zoom: painted((factor, x) => viewport.zoom(factor, time(x))),
      pan: painted((pixels) =>
        viewport.pan((pixels / (this.#layout.width - this.#layout.left)) * viewport.span),
      ),
      showAll: painted(() => viewport.showAll()),
      select: painted((range) => {
        this.#selection = range === undefined ? undefined : [time(range[0]), time(range[1])];
      }),
      show: painted(([a, b]) => viewport.show(Math.min(time(a), time(b)), Math.max(time(a), time(b)))),
      hover: painted((x, y, event) => this.#hover(x, y, event)),
      leave: painted(() => this.#hoverNothing()),
      choose: painted((x, y) => this.#choose(this.#under(x, y))),
      step: painted((by) => this.#step(by)),
      changeLane: painted((by) => this.#changeLane(by)),
    };
  }

  #under(x: number, y: number): number | undefined {
    const { laneTop, laneHeight, left, width } = this.#layout;
    const lane = Math.floor((y - laneTop) / laneHeight);
    if (lane < 0 || lane >= this.#operations.lanes || x < left) return undefined;
    const within = (REACH / (width - left)) * this.#viewport.span;
    return operationAt(this.#operations, lane, timeAt(this.#scene(), x), within);
  }

  #hover(x: number, y: number, event: PointerEvent): void {
    const place = this.#under(x, y);
    this.#hovered = place;
    if (place === undefined) return this.#hoverNothing();
    this.#tip.show(operationEntries(this.#timeline, this.#operations, place), event.clientX, event.clientY);
  }

  #hoverNothing(): void {
    this.#hovered = undefined;
    this.#tip.hide();
  }

  #choose(place: number | undefined): void {
    this.#chosen = place;
    if (place === undefined) return;
    showDetails(this.#details, operationEntries(this.#timeline, this.#operations, place));
    const x = pixelOf(this.#scene(), this.#operations.start[place] as number);
    if (x < this.#layout.left || x > this.#layout.width) {
      const start = this.#operations.start[place] as number;
      this.#viewport.show(start - this.#viewport.span / 2, start + this.#viewport.span / 2);
    }
  }

  #step(by: number): void {
    const { first, lane, lanes } = this.#operations;
    if (this.#chosen === undefined) {
      const visible = Array.from({ length: lanes }, (_, each) => this.#nearest(each)).find(
        (place) => place !== undefined,
      );
      return this.#choose(visible);
    }
    const own = lane[this.#chosen] as number;
    const next = this.#chosen + by;
    if (next >= (first[own] as number) && next < (first[own + 1] as number)) this.#choose(next);
  }

  #changeLane(by: number): void {
    if (this.#chosen === undefined) return this.#step(0);
    const lane = (this.#operations.lane[this.#chosen] as number) + by;
    if (lane < 0 || lane >= this.#operations.lanes) return;
    this.#choose(this.#nearest(lane, this.#operations.start[this.#chosen]));
  }

  /** The first operation of a lane that begins at or after `at`, else its last one. */
  #nearest(lane: number, at: number = this.#viewport.from): number | undefined {
    const from = this.#operations.first[lane] as number;
    const to = this.#operations.first[lane + 1] as number;
    return from === to ? undefined : Math.min(to - 1, lowerBound(this.#operations.start, at, from, to));
  }

  #wireButtons(): void {
    const wishes = this.#wishes();
    const middle = (): number => (this.#layout.left + this.#layout.width) / 2;
    const actions: Readonly<Record<string, () => void>> = {
      "timeline-in": () => wishes.zoom(0.5, middle()),
      "timeline-out": () => wishes.zoom(2, middle()),
      "timeline-all": () => wishes.showAll(),
    };
    for (const [id, act] of Object.entries(actions)) {
      elementById(id, HTMLButtonElement).addEventListener("click", act);
    }
    for (const button of document.querySelectorAll<HTMLButtonElement>("button[data-event]")) {
      button.hidden = false;
      button.addEventListener("click", () => this.#showWitness(button));
    }
  }

  /** Brings the witness of an anomaly into view and chooses its last operation. */
  #showWitness(button: HTMLButtonElement): void {
    const isOrder = this.#timeline.axis === "order";
    const event = Number(button.dataset["event"]);
    const from = isOrder ? event : Number(button.dataset["from"]);
    const to = isOrder ? event : Number(button.dataset["to"]);
    const margin = Math.max((to - from) * MARGIN, this.#last * SURROUNDINGS);
    this.#viewport.show(from - margin, to + margin);
    const place = this.#operations.witnesses.find((each) => this.#operations.index[each] === event);
    this.#choose(place);
    this.#schedule();
    this.#canvas.focus({ preventScroll: true });
    document.getElementById("timeline")?.scrollIntoView({ behavior: "smooth" });
  }
}
