import type { Json } from "#core/json";

/**
 * Makes a value unchangeable, all the way down, and returns it: what one node sent or stored cannot be changed behind
 * another's back, without a copy per message. What is frozen already is taken to be frozen all the way down.
 */
export function freezeJson<T extends Json>(value: T): T {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const item of Array.isArray(value) ? value : Object.values(value)) freezeJson(item as Json);
  return value;
}
