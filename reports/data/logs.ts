import { MILLISECOND, type Nanoseconds, SECOND } from "#core/units";
import { printable } from "../printable.ts";
import type { ReportLogs } from "../schema.ts";
import type { Span } from "./times.ts";

/** Log texts by `<node>/<process>.log`. */
export type LogTexts = Readonly<Record<string, string>>;

/** More lines than these nobody reads in a page; the files have all. */
const MAX_LINES = 2_000;
const MAX_UNTIMED = 200;
const MAX_LINE = 400;
/** Seconds since the start of the run, as nodes under riftcheck's own clock write them. */
const SINCE_START = /^(\d{1,9}\.\d{1,9}) (.*)$/;
/** A time of day stands near the beginning of a line, or somebody speaks of it. */
const LOOKED_AT = 90;
/** `2026-11-21T17:07:06.627Z`, `2026/11/21 17:07:06,627`, `2026-11-21 17:07:06.627+00:00`. */
const ISO =
  /\b(\d{4})[-/](\d{2})[-/](\d{2})[T ](\d{2}):(\d{2}):(\d{2})(?:[.,](\d{1,9}))?(?:\s?(Z|[+-]\d{2}:?\d{2}))?/;
/** `21 Nov 2026 17:07:06.627`, as Redis writes. */
const DAY_MONTH = /\b(\d{1,2}) ([A-Z][a-z]{2}) (\d{4}) (\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?/;
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
/**
 * The lines by their time, and those that tell none. Of too many, an even choice, so that no part of the run goes dark.
 * @param zeroAt what the clock said at time zero of the run; without it a time of day tells nothing
 */
export function logsOf(
  logs: LogTexts,
  zeroAt: string | undefined,
  span: Pick<Span, "from" | "to">,
): ReportLogs {
  const zero = zeroAt === undefined ? undefined : timeOfDay(zeroAt)?.time;
  const timed: ReportLogs["lines"] = [];
  const untimed: ReportLogs["untimed"] = [];
  for (const [name, text] of Object.entries(logs)) {
    const node = printable(name.split("/")[0] ?? name, 60);
    for (const line of text.split("\n")) {
      if (line === "") continue;
      const { at, rest } = timeOf(line, zero);
      if (at === undefined) untimed.push({ node, text: printable(line, MAX_LINE) });
      else timed.push({ at, node, text: printable(rest, MAX_LINE) });
    }
  }
  const within = timed.filter(({ at }) => at >= span.from && at <= span.to).sort((a, b) => a.at - b.at);
  const step = Math.ceil(within.length / MAX_LINES);
  const lines = within.filter((_, i) => i % Math.max(1, step) === 0);
  return {
    lines,
    leftOut: within.length - lines.length,
    outside: timed.length - within.length,
    untimed: untimed.slice(-MAX_UNTIMED),
    untimedLeftOut: Math.max(0, untimed.length - MAX_UNTIMED),
  };
}

interface TimedLine {
  readonly at: Nanoseconds | undefined;
  readonly rest: string;
}

function timeOf(line: string, zero: number | undefined): TimedLine {
  const [, seconds, rest] = SINCE_START.exec(line) ?? [];
  if (seconds !== undefined && rest !== undefined) return { at: Math.round(Number(seconds) * SECOND), rest };
  const found = zero === undefined ? undefined : timeOfDay(line.slice(0, LOOKED_AT));
  if (zero === undefined || found === undefined) return { at: undefined, rest: line };
  return { at: Math.round((found.time - zero) * MILLISECOND), rest: withoutTime(line, found) };
}

/** The time stands beside the line already; inside of quotes it belongs to something larger. */
function withoutTime(line: string, { from, to }: Found): string {
  const before = line.slice(0, from).trimEnd();
  const after = line.slice(to);
  if (/["']$/.test(before) || /^\S/.test(after)) return line;
  return `${before} ${after.trimStart()}`.trim();
}

interface Found {
  /** Milliseconds since 1970. */
  readonly time: number;
  /** Where it stands in the line. */
  readonly from: number;
  readonly to: number;
}

/** Without a zone it is UTC, as in containers. */
function timeOfDay(text: string): Found | undefined {
  const iso = ISO.exec(text);
  if (iso !== null) {
    const [whole, year, month, day, h, m, s, fraction, zone] = iso;
    const time = momentOf([year, month, day, h, m, s], fraction) - offsetOf(zone);
    return { time, from: iso.index, to: iso.index + whole.length };
  }
  const named = DAY_MONTH.exec(text);
  if (named === null) return undefined;
  const [whole, day, name = "", year, h, m, s, fraction] = named;
  const month = MONTHS.indexOf(name) + 1;
  if (month === 0) return undefined;
  const time = momentOf([year, String(month), day, h, m, s], fraction);
  return { time, from: named.index, to: named.index + whole.length };
}

function momentOf(parts: readonly (string | undefined)[], fraction = "0"): number {
  const [year = 0, month = 1, day = 1, h = 0, m = 0, s = 0] = parts.map(Number);
  return (((daysBefore(year, month, day) * 24 + h) * 60 + m) * 60 + s + Number(`0.${fraction}`)) * 1_000;
}

/** Days since 1 January 1970 of the Gregorian calendar. Years are counted from March, so that leap days end them. */
function daysBefore(year: number, month: number, day: number): number {
  const years = month > 2 ? year : year - 1;
  const months = (month + 9) % 12;
  const leaps = Math.floor(years / 4) - Math.floor(years / 100) + Math.floor(years / 400);
  return years * 365 + leaps + Math.floor((153 * months + 2) / 5) + day - 1 - DAYS_TO_1970;
}

/** From 1 March of the year 0. */
const DAYS_TO_1970 = 719_468;

/** Milliseconds east of Greenwich. */
function offsetOf(zone: string | undefined): number {
  if (zone === undefined || zone === "Z") return 0;
  const [, sign, hours, minutes] = /([+-])(\d{2}):?(\d{2})/.exec(zone) ?? [];
  return (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
}
