import type { Json } from "./json.ts";
import type { ObjectSpec, ObjectType } from "./operation.ts";
import { type RawValue, VALUE } from "./raw-event.ts";

/** Reads of these give arrays of elements. */
export const LIST_TYPES: ReadonlySet<ObjectType> = new Set<ObjectType>([
  "list",
  "set",
  "queue",
  "text",
  "log",
]);

/** The elements of a value that is a list of such; undefined if it is a plain value. */
export function elementsIn(
  value: RawValue,
  spec: ObjectSpec | undefined,
): "numbers" | readonly Json[] | undefined {
  if (spec !== undefined && !LIST_TYPES.has(spec.type)) return spec.siblings ? siblingsIn(value) : undefined;
  if (value.kind === VALUE.numbers) return "numbers";
  return Array.isArray(value.json) && value.kind === VALUE.json ? (value.json as readonly Json[]) : undefined;
}

function siblingsIn({ kind, json }: RawValue): readonly Json[] | undefined {
  if (kind !== VALUE.json || json === null || typeof json !== "object" || Array.isArray(json))
    return undefined;
  const { siblings } = json as { readonly siblings?: Json };
  return Array.isArray(siblings) ? (siblings as readonly Json[]) : undefined;
}
