import { SECOND } from "#core/units";
import { printable } from "../printable.ts";
import type { ReportLogs } from "../schema.ts";

/** Log texts by `<node>/<process>.log`. */
export type LogTexts = Readonly<Record<string, string>>;

/** More lines than these nobody reads in a page; the files have all. */
const MAX_LINES = 2_000;
const MAX_LINE = 400;
/** Seconds since the start of the run, as nodes under riftcheck's own clock write them. */
const SINCE_START = /^(\d{1,9}\.\d{1,9}) (.*)$/;

/** The lines that tell their time, in order of it. Of too many, an even choice, so that no part of the run goes dark. */
export function logsOf(logs: LogTexts): ReportLogs {
  const timed: ReportLogs["lines"] = [];
  let untimed = 0;
  for (const [name, text] of Object.entries(logs)) {
    const node = printable(name.split("/")[0] ?? name, 60);
    for (const line of text.split("\n")) {
      if (line === "") continue;
      const [, seconds, rest] = SINCE_START.exec(line) ?? [];
      if (seconds === undefined || rest === undefined) untimed++;
      else timed.push({ at: Math.round(Number(seconds) * SECOND), node, text: printable(rest, MAX_LINE) });
    }
  }
  timed.sort((a, b) => a.at - b.at);
  const step = Math.ceil(timed.length / MAX_LINES);
  const lines = timed.filter((_, i) => i % Math.max(1, step) === 0);
  return { lines, leftOut: timed.length - lines.length, untimed };
}
