/** Time is integer nanoseconds since the start of the run, in a `number` (exact for 104 days). */
export type Nanoseconds = number;

export const MICROSECOND: Nanoseconds = 1_000;
export const MILLISECOND: Nanoseconds = 1_000_000;
export const SECOND: Nanoseconds = 1_000_000_000;

const UNITS: Readonly<Record<string, Nanoseconds>> = {
  ns: 1,
  us: MICROSECOND,
  ms: MILLISECOND,
  s: SECOND,
  m: 60 * SECOND,
  h: 3600 * SECOND,
};

/** `"60s"`, `"1.5m"`, `"250ms"` in nanoseconds; a bare number counts seconds. `undefined` if it is no duration. */
export function parseDuration(text: string): Nanoseconds | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*(ns|us|ms|s|m|h)?$/.exec(text.trim());
  if (match === null) return undefined;
  return Math.round(Number(match[1]) * (UNITS[match[2] ?? "s"] ?? SECOND));
}

/** A duration for people: three significant digits and the largest unit that keeps it above one. */
export function formatDuration(ns: Nanoseconds): string {
  if (ns < 0) return `-${formatDuration(-ns)}`;
  if (ns < MICROSECOND) return `${Math.round(ns)} ns`;
  if (ns < MILLISECOND) return `${trim(ns / MICROSECOND)} µs`;
  if (ns < SECOND) return `${trim(ns / MILLISECOND)} ms`;
  if (ns < 120 * SECOND) return `${trim(ns / SECOND)} s`;
  return `${trim(ns / (60 * SECOND))} min`;
}

const trim = (value: number): string =>
  value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);

const KIBI = 1024;
const BYTE_UNITS = ["B", "KB", "MB", "GB", "TB"] as const;

/** `"512MB"`, `"1.5g"`, `"2GiB"` in bytes, in powers of 1024; a bare number counts bytes. `undefined` if it is no size. */
export function parseBytes(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*(?:([kmgt])?i?b?)$/i.exec(text.trim());
  if (match === null) return undefined;
  const power = match[2] === undefined ? 0 : "kmgt".indexOf(match[2].toLowerCase()) + 1;
  return Math.round(Number(match[1]) * KIBI ** power);
}

/** A size for people: three significant digits, in powers of 1024. */
export function formatBytes(bytes: number): string {
  const power = bytes < KIBI ? 0 : Math.min(BYTE_UNITS.length - 1, Math.floor(Math.log2(bytes) / 10));
  const value = bytes / KIBI ** power;
  return `${Number.isInteger(value) ? value : trim(value)} ${BYTE_UNITS[power]}`;
}
