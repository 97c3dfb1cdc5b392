import type { Json } from "#core/json";

/**
 * Makes a value unchangeable, all the way down, and returns it: what one node sent or stored cannot be changed behind
 * another's back, without a copy per message. What is frozen already is taken to be frozen all the way down.
 *
 * @throws TypeError if something in it is no JSON: over a real connection it would arrive as something else, or not at all
 */
export function freezeJson<T extends Json>(value: T): T {
  freeze(value, value);
  return value;
}

function freeze(value: unknown, whole: unknown): void {
  if (typeof value !== "object" || value === null) {
    if (!isScalar(value)) throw noJson(value, whole);
    return;
  }
  if (Object.isFrozen(value)) return;
  if (Array.isArray(value)) {
    Object.freeze(value);
    for (const item of value) freeze(item, whole);
    return;
  }
  if (Object.getPrototypeOf(value) !== Object.prototype) throw noJson(value, whole);
  Object.freeze(value);
  for (const key in value) freeze((value as Record<string, unknown>)[key], whole);
}

const isScalar = (value: unknown): boolean =>
  typeof value === "string" ||
  (typeof value === "number" && Number.isFinite(value)) ||
  typeof value === "boolean" ||
  value === null;

const SHOWN = 300;

function noJson(value: unknown, whole: unknown): TypeError {
  const name = typeof value === "object" ? `a ${value?.constructor?.name ?? "bare object"}` : String(value);
  return new TypeError(value === whole ? `${name} is no JSON` : `${name} is no JSON, in ${shown(whole)}`);
}

/** A value for people, however long or odd it is. */
export function shown(value: unknown): string {
  const text = JSON.stringify(value, (_key, inner: unknown) =>
    inner === undefined || (typeof inner !== "object" && !isScalar(inner)) ? String(inner) : inner,
  );
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}
