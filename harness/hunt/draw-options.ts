import * as fc from "fast-check";
import type { z } from "zod";
import type { Json } from "#core/json";
import { type Property, propertiesOf } from "../cli/schema-options.ts";

export type Options = Readonly<Record<string, Json>>;

/**
 * Options that a schema allows: those given stay, the others vary around their defaults. What the schema refuses as a whole
 * is left to the caller.
 */
export function optionsArbitrary(schema: z.ZodType, given: Options): fc.Arbitrary<Options> {
  const open = Object.entries(propertiesOf(schema)).flatMap(([name, property]) => {
    const values = name in given || property.hunt === false ? [] : valuesOf(property);
    return values.length === 0 ? [] : [[name, fc.constantFrom(...values)] as const];
  });
  return fc.record(Object.fromEntries(open)).map((drawn) => ({ ...drawn, ...given }));
}

/** Values worth a try, the default first and twice; none for what nothing is known of, or what is left out by default. */
function valuesOf({ type, enum: choices, default: usual, minimum, maximum }: Property): readonly Json[] {
  if (usual === undefined) return [];
  if (choices !== undefined) return choices as readonly Json[];
  if (type === "boolean") return [false, true];
  if ((type !== "integer" && type !== "number") || typeof usual !== "number") return [];
  const low = minimum ?? Number.NEGATIVE_INFINITY;
  const high = maximum ?? Number.POSITIVE_INFINITY;
  const near = usual === 0 ? [1, 10, 100] : type === "integer" ? whole(usual) : share(usual);
  return [usual, usual, ...near.filter((value) => value >= low && value <= high)];
}

const whole = (usual: number): number[] => [1, Math.round(usual / 2), usual * 2];
const share = (usual: number): number[] => [usual / 2, usual * 1.5];
