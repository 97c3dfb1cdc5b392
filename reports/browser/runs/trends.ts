import type { View } from "vega-view";
import { metricLabel, metricNames, type Trend, trendOf } from "../../runs/trend.ts";
import type { RunRow } from "../../runs/row.ts";
import { bytesOf } from "../bytes.ts";
import { elementById, textElement } from "../page.ts";
import { createPlot } from "../plot-runtime.ts";
import type { Tip } from "../tip.ts";

const DATA_SETS = {
  verdicts: ["bars", "verdicts"],
  anomalies: ["bars", "anomalies"],
  metric: ["bars", "metric", "threshold"],
} as const;
type PlotName = keyof typeof DATA_SETS;
const PLOTS = Object.keys(DATA_SETS) as PlotName[];

/** The plots of the runs that the filters leave. */
export class Trends {
  readonly #section = elementById("trend", HTMLElement);
  readonly #metric = elementById("metric", HTMLSelectElement);
  readonly #views: Readonly<Record<string, View>>;
  #rows: readonly RunRow[] = [];

  private constructor(views: Readonly<Record<string, View>>) {
    this.#views = views;
    this.#metric.addEventListener("change", () => void this.#draw());
  }

  static async create(tip: Tip): Promise<Trends> {
    const packed = elementById("plots", HTMLScriptElement).textContent;
    const text = new TextDecoder().decode(await bytesOf(packed, "deflate"));
    const dataflows = JSON.parse(text) as Record<string, unknown>;
    const views = Object.fromEntries(PLOTS.map((name) => [name, viewOf(name, dataflows[name], tip)]));
    return new Trends(views);
  }

  async show(rows: readonly RunRow[]): Promise<void> {
    this.#rows = rows;
    this.#fillMetrics();
    await this.#draw();
  }

  #fillMetrics(): void {
    const names = metricNames(this.#rows);
    const before = this.#metric.value;
    this.#metric.replaceChildren(...names.map((name) => new Option(metricLabel(name), name)));
    if (names.includes(before)) this.#metric.value = before;
  }

  async #draw(): Promise<void> {
    const trend = trendOf(this.#rows, this.#metric.value === "" ? undefined : this.#metric.value);
    this.#section.hidden = trend.bars.length < 2;
    if (this.#section.hidden) return;
    elementById("trend-lead", HTMLElement).textContent =
      trend.unit === "day" ? "Each bar is a day (UTC)." : "Each bar is a run.";
    elementById("anomaly-trend", HTMLElement).hidden = trend.types.length === 0;
    elementById("metric-trend", HTMLElement).hidden = trend.metric.length === 0;
    nameTypes(trend);
    await Promise.all(PLOTS.map((name) => this.#fill(name, trend)));
  }

  async #fill(name: PlotName, trend: Trend): Promise<void> {
    const view = this.#views[name];
    const place = placeOf(name);
    if (view === undefined || place.clientWidth === 0) return;
    for (const set of DATA_SETS[name]) view.data(set, trend[set]);
    await view.width(Math.floor(place.clientWidth)).runAsync();
    await view.resize().runAsync();
    place.dataset["drawn"] = String(trend.bars.length);
  }
}

const placeOf = (name: PlotName): HTMLElement => {
  const place = document.querySelector<HTMLElement>(`[data-plot="${name}"]`);
  if (place === null) throw new Error(`the page has no place for the plot ${name}`);
  return place;
};

function viewOf(name: PlotName, dataflow: unknown, tip: Tip): View {
  const view = createPlot(dataflow);
  view.tooltip((_handler, event, _item, value) => {
    if (value === null || typeof value !== "object") return tip.hide();
    const entries = Object.entries(value).map(([field, text]) => [field, String(text)] as const);
    tip.show(entries, event.clientX, event.clientY);
  });
  const place = placeOf(name);
  view.initialize(place);
  let width = 0;
  new ResizeObserver(() => {
    const now = Math.floor(place.clientWidth);
    if (now === width || now === 0) return;
    width = now;
    void view.width(now).runAsync();
  }).observe(place);
  return view;
}

/** The legend of the anomalies: their types differ from folder to folder. */
function nameTypes({ types }: Trend): void {
  const legend = document.querySelector("#anomaly-trend .legend");
  legend?.replaceChildren(
    ...types.map((type, slot) => {
      const entry = document.createElement("li");
      entry.append(textElement("i", `swatch slot${slot}`, ""), textElement("bdi", "", type));
      return entry;
    }),
  );
}
