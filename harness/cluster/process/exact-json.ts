import type { Json } from "#core/json";

type Reviver = (this: unknown, key: string, value: unknown, context: { readonly source?: string }) => unknown;
const parse = JSON.parse as (text: string, reviver?: Reviver) => Json;
const { rawJSON } = JSON as unknown as { rawJSON(text: string): Json };

/** Only a literal this long can be a number that a double does not hold. */
const LONG_NUMBER = /\d{16}|\d[eE]/;
/** A double is told by as many significant digits. */
const DIGITS_OF_DOUBLE = 17;

/**
 * Parses JSON whose integers beyond 2^53 and decimals of more digits than a double has become decimal strings, as histories
 * write them: two different ids must not be taken for one. @throws SyntaxError
 */
export const parseWithStrings = (text: string): Json => parseExactly(text, (literal) => literal);

/** Parses JSON such that writing it again gives every number back as it was. @throws SyntaxError */
export const parseForRewriting = (text: string): Json => parseExactly(text, rawJSON);

function parseExactly(text: string, keep: (literal: string) => Json): Json {
  if (!LONG_NUMBER.test(text)) return parse(text);
  return parse(text, (_, value, { source }) =>
    typeof value === "number" && source !== undefined && !isExact(value, source) ? keep(source) : value,
  );
}

function isExact(value: number, literal: string): boolean {
  if (Number.isInteger(value)) return Number.isSafeInteger(value);
  return Number.isFinite(value) && (literal.match(/\d/g) ?? []).length <= DIGITS_OF_DOUBLE;
}
