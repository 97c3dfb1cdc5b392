import type { Json } from "#core/json";
import type { PlainType } from "../datatypes/datatype.ts";

/** All values as one by the type's own merge function; undefined: it has none, or not for these. */
export function joined(values: readonly Json[], { join }: PlainType): Json | undefined {
  if (join === undefined) return undefined;
  let sum: Json | undefined = values[0];
  for (const value of values.slice(1)) sum = sum === undefined ? undefined : join(sum, value);
  return sum;
}

/** Deletes that were concurrent with writes leave the writes; only deletes: one of them. */
export function undeleted(values: readonly Json[]): readonly Json[] {
  const live = values.filter((value) => value !== null);
  return live.length > 0 ? live : values.slice(-1);
}
