import type { Json } from "#core/json";

/** JSON as EDN: null is nil, objects are maps with texts for keys. */
export function ednText(value: Json): string {
  if (value === null) return "nil";
  if (typeof value !== "object") return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(ednText).join(" ")}]`;
  return `{${Object.entries(value)
    .map(([name, field]) => `${JSON.stringify(name)} ${ednText(field)}`)
    .join(", ")}}`;
}
