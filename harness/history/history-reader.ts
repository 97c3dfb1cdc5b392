import { badHistory } from "#core/errors";
import type { History } from "#core/history";
import { EventProblem } from "#core/raw-event";
import type { ScannedLines } from "./ahead/scanned-lines.ts";

/** Reads a history of one format from pieces of its bytes. */
export interface HistoryReader {
  /** Reads what is whole in `bytes` and returns how many bytes it used up. @throws HarnessError `bad-history` */
  push(bytes: Uint8Array): number;
  /** The text is over; `rest` is what `push` did not use up. @throws HarnessError `bad-history` */
  finish(rest: Uint8Array): History;
  /** Something was odd about the input. */
  warn(warning: string): void;
  /** Whether lines that follow may be scanned elsewhere, for `takeScanned`. Absent: never. */
  readonly isScannable?: boolean;
  /** Takes lines that follow all that `push` used up. @throws HarnessError `bad-history` */
  takeScanned?(lines: ScannedLines): void;
  /** The number of the last line that was used up, counted from 1. */
  readonly line: number;
}

/** An `EventProblem` with its place, as the cause of a line for the user; any other error as it is. */
export function located(error: unknown, file: string, line: number): unknown {
  if (!(error instanceof EventProblem)) return error;
  const { field, expected } = error;
  const refusal = badHistory({ file, line, expected, ...(field === undefined ? {} : { field }) });
  refusal.cause = error;
  return refusal;
}
