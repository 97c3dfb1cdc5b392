import { FLAG, type History, STATUS } from "#core/history";
import { FUNCTIONS } from "#core/functions";
import { quantilesOf } from "../../checkers/quantiles.ts";
import { MILLISECOND } from "#core/units";

const READ = FUNCTIONS.indexOf("read");

/** Operations of clients, reads or updates: all, or those that began and ended while a fault was in force (`during`). */
export function rowsOf(history: History, kind: "reads" | "updates", during = false): number[] {
  const { from, to } = during ? faultWindow(history) : { from: 0, to: Number.POSITIVE_INFINITY };
  const rows: number[] = [];
  for (let row = 0; row < history.length; row++) {
    const isRead = history.f[row] === READ;
    const time = history.invTime[row]!;
    if ((history.flags[row]! & FLAG.final) !== 0 || isRead !== (kind === "reads")) continue;
    // What was under way when the fault ended may have succeeded because of that.
    const isInside = !during || (time >= from && history.retTime[row]! <= to);
    if (isInside) rows.push(row);
  }
  return rows;
}

/** From when the first fault was in force until the first was being healed. */
function faultWindow({ faults }: History): { from: number; to: number } {
  const at = (phase: string): number =>
    faults.find((fault) => fault.phase === phase)?.time ?? Number.POSITIVE_INFINITY;
  return { from: at("started"), to: at("healing") };
}

/** Per cent that succeeded; null: there were none. */
export function successRate(history: History, rows: readonly number[]): number | null {
  if (rows.length === 0) return null;
  return (100 * rows.filter((row) => history.status[row] === STATUS.ok).length) / rows.length;
}

/** Milliseconds of those that succeeded. */
export function latency(
  history: History,
  rows: readonly number[],
): { readonly p50: number | null; readonly p99: number | null } {
  const times = rows
    .filter((row) => history.status[row] === STATUS.ok)
    .map((row) => (history.retTime[row]! - history.invTime[row]!) / MILLISECOND);
  if (times.length === 0) return { p50: null, p99: null };
  const { p50, p99 } = quantilesOf(times);
  return { p50, p99 };
}
