import type { Json } from "#core/json";

const UNKNOWN = "unknown";
const MAX_CODE = 40;

/** The code in an `:error`: a keyword or short text, or the first of a vector; long messages and exceptions have none. */
export function errorCode(error: Json | undefined): string | undefined {
  if (error === undefined || error === null) return undefined;
  const word = Array.isArray(error) ? (error[0] as Json | undefined) : error;
  if (typeof word !== "string") return UNKNOWN;
  const code = word.startsWith(":") ? word.slice(1) : word;
  return code.length <= MAX_CODE && !/[\n\r]/.test(code) ? code : UNKNOWN;
}
