import type { Nanoseconds } from "#core/units";
import type { FaultBand, ReportOperation } from "./schema.ts";

/** A moment of the run, to a tenth of a millisecond: `12.3456 s`. */
export const secondsText = (at: Nanoseconds): string => `${(at / 1e9).toFixed(4)} s`;

/** A moment of the run for reading, not for comparing: `12.3 s`. */
export const aboutText = (at: Nanoseconds): string => `${(at / 1e9).toFixed(1)} s`;

/** `ok`, `fail: not-leader`, `info: timeout`, `never completed`. */
export function outcomeText(operation: Pick<ReportOperation, "status" | "error" | "end">): string {
  if (operation.error !== null) return `${operation.status}: ${operation.error}`;
  return operation.status === "info" && operation.end === null ? "never completed" : operation.status;
}

/** `partition on n1, n2`. */
export const faultText = (band: Pick<FaultBand, "fault" | "nodes">): string =>
  band.nodes.length === 0 ? band.fault : `${band.fault} on ${band.nodes.join(", ")}`;

/** `12.3 %`, with more digits where the share is small; never rounded to zero. */
export function percent(part: number, whole: number): string {
  if (whole === 0) return "–";
  const share = (part / whole) * 100;
  if (share > 0 && share < 0.01) return "< 0.01 %";
  if (share < 100 && share > 99.99) return "> 99.99 %";
  return `${share >= 10 || share === 0 ? share.toFixed(share === 100 || share === 0 ? 0 : 1) : share.toFixed(2)} %`;
}
