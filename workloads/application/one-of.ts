import type { Json } from "#core/json";

/**
 * The value that an application goes on with which knows nothing of siblings: of several concurrent values the last. The others
 * are lost as soon as it writes.
 */
export function oneOf(value: Json): Json {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const { siblings } = value as { readonly siblings?: Json };
  return Array.isArray(siblings) ? ((siblings as readonly Json[]).at(-1) ?? null) : value;
}
