import type { Json } from "#core/json";
import { grouped } from "./words.ts";

/** Longer texts are cut: a report must open however large a recorded value is. In characters. */
export const MAX_TEXT = 2_000;
/** What one cell of a table shows of a value. In characters. */
export const MAX_VALUE = 120;

const C0_PICTURES = 0x2400;
const DELETE_PICTURE = "\u2421";
/** C0 and C1 controls, DEL, zero-width and bidirectional controls, line and paragraph separators, byte order mark. */
const INVISIBLE = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/**
 * A recorded text as it may be shown to a person: control characters become visible (they could reorder or hide what is
 * around them), lone surrogates are replaced, and what is longer than `max` is cut with its length.
 */
export function printable(text: string, max: number = MAX_TEXT): string {
  const visible = clip(text, max).toWellFormed().replace(INVISIBLE, visibleCharacter);
  return text.length > max ? `${visible}… (${grouped(text.length)} characters)` : visible;
}

function clip(text: string, max: number): string {
  return text.length > max ? text.slice(0, max) : text;
}

function visibleCharacter(character: string): string {
  const code = character.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(C0_PICTURES + code);
  if (code === 0x7f) return DELETE_PICTURE;
  return `\\u${code.toString(16).padStart(4, "0")}`;
}

/** A recorded value in a line: strings without quotes unless empty or with spaces at an end, everything else as JSON. */
export function printableValue(value: Json, max: number = MAX_VALUE): string {
  if (typeof value === "string") {
    const bare = value !== "" && value === value.trim();
    return printable(bare ? value : JSON.stringify(value), max);
  }
  if (Array.isArray(value) && value.length > MAX_ELEMENTS) return printable(longList(value), max * 2);
  return printable(JSON.stringify(value), max);
}

/** A list longer than this is shown by its ends. */
const MAX_ELEMENTS = 12;

function longList(list: readonly Json[]): string {
  const head = list.slice(0, 4).map((element) => JSON.stringify(element));
  const tail = list.slice(-3).map((element) => JSON.stringify(element));
  return `[${head.join(",")}, …, ${tail.join(",")}] (${grouped(list.length)} elements)`;
}
