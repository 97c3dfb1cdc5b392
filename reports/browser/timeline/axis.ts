import { formatDuration } from "#core/units";
import { grouped } from "../../words.ts";

/** Round places for marks on an axis: 1, 2 or 5 times a power of ten apart, at most `most` of them. */
export function ticks(from: number, to: number, most: number): number[] {
  const step = roundStep((to - from) / Math.max(1, most));
  const result: number[] = [];
  for (let i = Math.ceil(from / step); i * step <= to; i++) result.push(i * step);
  return result;
}

function roundStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, least)));
  return ([1, 2, 5, 10].find((factor) => factor * power >= least) ?? 10) * power;
}

/** A moment as a mark on an axis whose marks are `step` apart: as many digits as tell neighbours apart. */
export function tickText(at: number, step: number, axis: "time" | "order"): string {
  if (axis === "order") return grouped(Math.round(at));
  const digits = Math.max(0, Math.min(9, Math.ceil(9 - Math.log10(Math.max(1, step)) - 1e-9)));
  return `${(at / 1e9).toFixed(digits)} s`;
}

/** How much is shown. */
export const spanText = (span: number, axis: "time" | "order"): string =>
  axis === "order" ? `${grouped(Math.round(span))} events` : formatDuration(span);
