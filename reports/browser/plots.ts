import type { View } from "vega-view";
import type { ReportData } from "../schema.ts";
import { bytesOf } from "./bytes.ts";
import { jsonOf } from "./page.ts";
import { plotData } from "./plot-data.ts";
import { createPlot } from "./plot-runtime.ts";
import type { Tip } from "./tip.ts";

/** Draws every plot that the page has a place for, and redraws it when its place changes width. */
export async function drawPlots(data: ReportData, tip: Tip): Promise<void> {
  const places = [...document.querySelectorAll<HTMLElement>("[data-plot]")];
  if (places.length === 0) return;
  const packed = document.getElementById("plots")?.textContent ?? "";
  const dataflows = JSON.parse(new TextDecoder().decode(await bytesOf(packed, "deflate"))) as Record<
    string,
    unknown
  >;
  await Promise.all(places.map((place) => drawPlot(place, dataflows, data, tip)));
}

async function drawPlot(
  place: HTMLElement,
  dataflows: Record<string, unknown>,
  data: ReportData,
  tip: Tip,
): Promise<void> {
  const name = place.dataset["plot"] ?? "";
  const view = createPlot(dataflows[name]);
  for (const [set, values] of Object.entries(plotData(name, data))) view.data(set, values);
  view.tooltip((_handler, event, _item, value) => showTip(tip, event, value));
  view.initialize(place);
  await fit(view, place);
  new ResizeObserver(() => void fit(view, place)).observe(place);
}

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

export const reportInPage = (): ReportData => jsonOf<ReportData>("data");
