import type { View } from "vega-view";
import type { PageData } from "../page-data.ts";
import { bytesOf } from "./bytes.ts";
import type { Range } from "./explorer/view.ts";
import { heightOf, plotData } from "./plot-data.ts";
import { createPlot } from "./plot-runtime.ts";
import type { Tip } from "./tip.ts";

/** Plots are drawn this far before they come into sight. */
const AHEAD = "600px";
/** Plots that follow the range that was chosen. */
const OVER_TIME = ["rate", "latency", "nodes", "lag", "clocks"];

/** What happened over time, counted in a range. */
export interface Counted {
  readonly series: PageData["series"];
  readonly nodeSeries: PageData["nodeSeries"];
}

/** The plots of the page: each is drawn when its place comes near, and redrawn when its place changes width. */
export class Plots {
  readonly #data: PageData;
  readonly #dataflows: Readonly<Record<string, unknown>>;
  readonly #tip: Tip;
  readonly #drawn = new Map<HTMLElement, Promise<View>>();
  readonly #places = [...document.querySelectorAll<HTMLElement>("[data-plot]")];
  #shown: PageData;

  private constructor(data: PageData, dataflows: Readonly<Record<string, unknown>>, tip: Tip) {
    this.#data = data;
    this.#shown = data;
    this.#dataflows = dataflows;
    this.#tip = tip;
    const near = new IntersectionObserver(
      (entries) => {
        for (const { target, isIntersecting } of entries) if (isIntersecting) void this.#draw(target);
      },
      { rootMargin: AHEAD },
    );
    for (const place of this.#places) near.observe(place);
    addEventListener("beforeprint", () => this.#places.forEach((place) => void this.#draw(place)));
  }

  static async load(data: PageData, tip: Tip): Promise<Plots> {
    const packed = document.getElementById("plots")?.textContent ?? "";
    const text = new TextDecoder().decode(await bytesOf(packed, "deflate"));
    return new Plots(data, JSON.parse(text) as Record<string, unknown>, tip);
  }

  /** Draws what happened over time in this range only, from these numbers; undefined: the whole run. */
  show(range: Range | undefined, counted: Counted | undefined): void {
    const [from, to] = range ?? [this.#data.from, this.#data.to];
    const faults = this.#data.faults
      .filter((fault) => fault.from < to && (fault.to ?? this.#data.to) > from)
      .map((fault) => ({
        ...fault,
        from: Math.max(from, fault.from),
        to: Math.min(to, fault.to ?? this.#data.to),
      }));
    this.#shown =
      counted === undefined
        ? this.#data
        : {
            ...this.#data,
            ...{ from, to, faults, series: counted.series ?? EMPTY },
            nodeSeries: counted.nodeSeries ?? EMPTY_NODES,
          };
    for (const [place, view] of this.#drawn) {
      if (OVER_TIME.includes(place.dataset["plot"] ?? ""))
        void view.then((each) => this.#refill(each, place));
    }
  }

  async #refill(view: View, place: HTMLElement): Promise<void> {
    this.#fill(view, place);
    await view.runAsync();
  }

  #fill(view: View, place: HTMLElement): void {
    const data = plotData(place.dataset["plot"] ?? "", this.#shown);
    for (const [set, values] of Object.entries(data)) view.data(set, values);
    const height = heightOf(place.dataset["plot"] ?? "", this.#shown);
    if (height !== undefined) view.height(height);
  }

  #draw(place: Element): Promise<View> | undefined {
    if (!(place instanceof HTMLElement)) return undefined;
    const drawn = this.#drawn.get(place) ?? this.#create(place);
    this.#drawn.set(place, drawn);
    return drawn;
  }

  async #create(place: HTMLElement): Promise<View> {
    const view = createPlot(this.#dataflows[place.dataset["plot"] ?? ""]);
    this.#fill(view, place);
    view.tooltip((_handler, event, _item, value) => showTip(this.#tip, event, value));
    view.initialize(place);
    // The place is the picture, and says what it shows: the marks inside have no names.
    place.querySelector("svg")?.setAttribute("aria-hidden", "true");
    await fit(view, place);
    new ResizeObserver(() => void fit(view, place)).observe(place);
    return view;
  }
}

/** A range in which nothing ended. */
const EMPTY: NonNullable<PageData["series"]> = {
  ...{ from: 0, bucket: 1, ok: [], fail: [], info: [] },
  ...{ p50: [], p95: [], p99: [] },
};

const EMPTY_NODES: NonNullable<PageData["nodeSeries"]> = { from: 0, bucket: 1, nodes: [], leftOut: 0 };

async function fit(view: View, place: HTMLElement): Promise<void> {
  const width = Math.floor(place.clientWidth);
  if (width > 0 && place.dataset["width"] !== String(width)) {
    place.dataset["width"] = String(width);
    await view.width(width).runAsync();
  }
}

function showTip(tip: Tip, event: MouseEvent, value: unknown): void {
  if (value === null || typeof value !== "object") return tip.hide();
  const entries = Object.entries(value).map(([name, text]) => [name, String(text)] as const);
  tip.show(entries, event.clientX, event.clientY);
}
