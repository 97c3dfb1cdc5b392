import type { Json } from "#core/json";

/**
 * Makes a value unchangeable, all the way down, and returns it: what one node sent or stored cannot be changed behind
 * another's back, without a copy per message. What is frozen already is taken to be frozen all the way down.
 */
export function freezeJson<T extends Json>(value: T): T {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  if (Array.isArray(value)) for (const item of value) freezeJson(item as Json);
  else for (const key in value) freezeJson((value as { readonly [key: string]: Json })[key] as Json);
  return value;
}
