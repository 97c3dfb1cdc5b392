import { EventProblem } from "#core/raw-event";
import type { TimeUnit } from "./mapping.ts";

const NS_DIGITS: Readonly<Record<Exclude<TimeUnit, "iso">, number>> = { ns: 0, us: 3, ms: 6, s: 9 };
const DECIMAL = /^(-?\d+)(?:\.(\d+))?$/;
const ISO = /^(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d)(?:[.,](\d+))?\s?(Z|[+-]\d\d:?\d\d)?$/;

/**
 * Exact nanoseconds of a time written in some unit: nanoseconds since 1970 are more than a `number` holds.
 * @throws EventProblem
 */
export function nanoseconds(text: string, unit: TimeUnit, field: string): bigint {
  if (unit === "iso") return isoNanoseconds(text, field);
  const [, whole, fraction = ""] = DECIMAL.exec(text) ?? [];
  if (whole !== undefined) {
    const digits = NS_DIGITS[unit];
    return BigInt(whole + fraction.slice(0, digits).padEnd(digits, "0"));
  }
  const number = Number(text);
  if (text.trim() === "" || !Number.isFinite(number)) throw new EventProblem(field, `a time in ${unit}`);
  return BigInt(Math.round(number * 10 ** NS_DIGITS[unit]));
}

function isoNanoseconds(text: string, field: string): bigint {
  const [, moment, fraction = "", zone = "Z"] = ISO.exec(text.trim()) ?? [];
  const ms = moment === undefined ? Number.NaN : Date.parse(`${moment.replace(" ", "T")}${zone}`);
  if (Number.isNaN(ms)) throw new EventProblem(field, "a time such as 2026-01-31T12:00:00.123456Z");
  return BigInt(ms) * 1_000_000n + BigInt(fraction.slice(0, 9).padEnd(9, "0"));
}

/** Times relative to the first one seen, as numbers: differences are small enough to be exact. */
export class RelativeTime {
  #first: bigint | undefined;

  /** @throws EventProblem */
  of(text: string, unit: TimeUnit, field: string): number {
    const time = nanoseconds(text, unit, field);
    this.#first ??= time;
    return Number(time - this.#first);
  }
}
