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
