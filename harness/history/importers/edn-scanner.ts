import { isUtf8 } from "node:buffer";
import type { Json } from "#core/json";
import { EventProblem } from "#core/raw-event";
import { canonicalJson } from "#core/value-table";
import { ByteInterner, HASH_START, hashByte } from "../byte-interner.ts";
import { MAX_DEPTH, tooDeep } from "../depth.ts";

const QUOTE = 34;
const HASH = 35;
const LEFT_PAREN = 40;
const RIGHT_PAREN = 41;
const PLUS = 43;
const MINUS = 45;
const COLON = 58;
const SEMICOLON = 59;
const LEFT_BRACKET = 91;
const BACKSLASH = 92;
const RIGHT_BRACKET = 93;
const CARET = 94;
const UNDERSCORE = 95;
const LEFT_BRACE = 123;
const RIGHT_BRACE = 125;
const NEWLINE = 10;
const ZERO = 48;
/** Any run of fifteen digits is an exact integer. */
const EXACT_DIGITS = 15;
/** Words longer than this are not interned. */
const MAX_WORD = 64;

/** Bytes that end a word: white space, comma, brackets, quote, semicolon. */
const ENDS_WORD = new Uint8Array(256);
/** White space and the comma. */
const BLANK = new Uint8Array(256);
for (const byte of Buffer.from("\t\n\v\f\r ,")) BLANK[byte] = ENDS_WORD[byte] = 1;
for (const byte of Buffer.from('()[]{}";')) ENDS_WORD[byte] = 1;

/** The bytes at hand end inside a form. */
class EndOfBytes extends Error {}
const END_OF_BYTES = new EndOfBytes("the text ends inside a value");
export const isEndOfBytes = (error: unknown): boolean => error === END_OF_BYTES;

/**
 * Reads EDN (https://github.com/edn-format/edn) from bytes, value by value, as JSON: keywords become texts with their
 * colon, lists, vectors and sets arrays (sets in order), maps objects whose fields are named by the text of their keys,
 * integers beyond 2^53 and ratios decimal texts; tags, metadata and comments are passed over.
 */
export class EdnScanner {
  readonly #words: string[] = [];
  readonly #interner = new ByteInterner((word) => this.#words.push(word) - 1);
  #bytes: Buffer = Buffer.alloc(0);
  #end = 0;
  at = 0;

  begin(bytes: Buffer): void {
    this.#bytes = bytes;
    this.#end = bytes.length;
    this.at = 0;
  }

  /** The next byte that belongs to a value, or -1 at the end. `at` is then on it. @throws END_OF_BYTES inside a comment */
  next(depth = 0): number {
    const bytes = this.#bytes;
    for (;;) {
      while (this.at < this.#end && BLANK[bytes[this.at]!] === 1) this.at++;
      if (this.at >= this.#end) return -1;
      const byte = bytes[this.at]!;
      if (byte === SEMICOLON) this.#passComment();
      else if (byte === HASH && bytes[this.at + 1] === UNDERSCORE) {
        this.at += 2;
        this.value(depth + 1);
      } else return byte;
    }
  }

  /** One value. @throws END_OF_BYTES; EventProblem */
  value(depth = 0): Json {
    if (depth > MAX_DEPTH) throw tooDeep();
    const byte = this.nextInside(depth);
    switch (byte) {
      case COLON:
        return this.word();
      case QUOTE:
        return this.#text();
      case LEFT_BRACKET:
        return this.#elements(RIGHT_BRACKET, depth);
      case LEFT_PAREN:
        return this.#elements(RIGHT_PAREN, depth);
      case LEFT_BRACE:
        return this.#map(depth);
      case HASH:
        return this.#dispatched(depth);
      case BACKSLASH:
        return this.#character();
      case CARET:
        this.at++;
        this.value(depth + 1);
        return this.value(depth + 1);
      case RIGHT_BRACKET:
      case RIGHT_PAREN:
      case RIGHT_BRACE:
        throw new EventProblem(undefined, `a value, but there is "${String.fromCharCode(byte)}"`);
      default:
        return this.#numberOrSymbol(byte);
    }
  }

  /** The word (keyword with its colon, symbol, tag) that begins here, the same string each time. */
  word(): string {
    const bytes = this.#bytes;
    const start = this.at;
    let at = start;
    let hash = HASH_START;
    let plain = true;
    for (; at < this.#end && ENDS_WORD[bytes[at]!] === 0; at++) {
      const byte = bytes[at]!;
      hash = hashByte(hash, byte);
      if (byte >= 128) plain = false;
    }
    if (at >= this.#end) throw END_OF_BYTES;
    if (at === start) throw new EventProblem(undefined, "a word");
    this.at = at;
    if (!plain || at - start > MAX_WORD) return this.#decoded(start, at);
    return this.#words[this.#interner.idOf(bytes, start, at, hash)]!;
  }

  /** The next byte of a value that must come. @throws END_OF_BYTES */
  nextInside(depth = 0): number {
    const byte = this.next(depth);
    if (byte === -1) throw END_OF_BYTES;
    return byte;
  }

  #passComment(): void {
    const end = this.#bytes.indexOf(NEWLINE, this.at);
    if (end === -1 || end >= this.#end) throw END_OF_BYTES;
    this.at = end + 1;
  }

  #elements(close: number, depth: number): Json[] {
    this.at++;
    const elements: Json[] = [];
    while (this.nextInside(depth) !== close) elements.push(this.value(depth + 1));
    this.at++;
    return elements;
  }

  #map(depth: number): Json {
    this.at++;
    const map: Record<string, Json> = {};
    for (;;) {
      const byte = this.nextInside(depth);
      if (byte === RIGHT_BRACE) break;
      const name = byte === QUOTE ? this.#text() : nameOf(this.value(depth + 1));
      if (Object.hasOwn(map, name)) throw new EventProblem(undefined, `a map with one entry for "${name}"`);
      const value = this.value(depth + 1);
      if (name === "__proto__") Object.defineProperty(map, name, { value, enumerable: true });
      else map[name] = value;
    }
    this.at++;
    return map;
  }

  /** `#{…}` set, `#"…"` pattern, `##NaN`, `#tag value`, `#:space{…}`. */
  #dispatched(depth: number): Json {
    if (this.at + 1 >= this.#end) throw END_OF_BYTES;
    const byte = this.#bytes[++this.at]!;
    if (byte === LEFT_BRACE) return this.#elements(RIGHT_BRACE, depth).sort(inOrder);
    if (byte === QUOTE) return this.#text();
    if (byte === HASH) {
      this.at++;
      return this.word();
    }
    this.word();
    return this.value(depth + 1);
  }

  #numberOrSymbol(byte: number): Json {
    const bytes = this.#bytes;
    const start = this.at;
    const signed = byte === MINUS || byte === PLUS;
    const first = signed ? start + 1 : start;
    let at = first;
    let number = 0;
    for (; at < this.#end; at++) {
      const digit = bytes[at]! - ZERO;
      if (digit < 0 || digit > 9) break;
      number = number * 10 + digit;
    }
    if (at >= this.#end) throw END_OF_BYTES;
    const digits = at - first;
    if (digits === 0) return symbolValue(this.word());
    if (digits <= EXACT_DIGITS && ENDS_WORD[bytes[at]!] === 1) {
      this.at = at;
      return byte === MINUS ? 0 - number : number;
    }
    return unusualNumber(this.word());
  }

  #text(): string {
    const bytes = this.#bytes;
    const start = this.at + 1;
    let at = start;
    let plain = true;
    for (; at < this.#end; at++) {
      const byte = bytes[at]!;
      if (byte === QUOTE) break;
      if (byte === BACKSLASH) {
        plain = false;
        at++;
      } else if (byte >= 128) plain = false;
    }
    if (at >= this.#end) throw END_OF_BYTES;
    if (plain) {
      this.at = at + 1;
      return bytes.toString("latin1", start, at);
    }
    const text = unescaped(this.#decoded(start, at));
    this.at = at + 1;
    return text;
  }

  #character(): Json {
    const start = this.at + 1;
    let end = start + 1;
    while (end < this.#end && ENDS_WORD[this.#bytes[end]!] === 0) end++;
    if (end >= this.#end) throw END_OF_BYTES;
    this.at = end;
    const name = this.#decoded(start, end);
    return CHARACTERS[name] ?? name;
  }

  #decoded(start: number, end: number): string {
    const part = this.#bytes.subarray(start, end);
    if (!isUtf8(part)) throw new EventProblem(undefined, "text in UTF-8");
    return part.toString("utf8");
  }
}

const CHARACTERS: Readonly<Record<string, string>> = {
  newline: "\n",
  return: "\r",
  space: " ",
  tab: "\t",
};

const ESCAPES: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", b: "\b", f: "\f" };

const unescaped = (text: string): string =>
  text.replaceAll(/\\(?:u([0-9a-fA-F]{4})|(.))/gs, (_, code: string | undefined, char: string) =>
    code === undefined ? (ESCAPES[char] ?? char) : String.fromCharCode(Number.parseInt(code, 16)),
  );

function symbolValue(word: string): Json {
  switch (word) {
    case "nil":
      return null;
    case "true":
      return true;
    case "false":
      return false;
    default:
      return word;
  }
}

/** Long integers, fractions and the suffixes N and M; ratios and other radixes stay texts. */
function unusualNumber(word: string): Json {
  if (/^[+-]?\d+N?$/.test(word)) {
    const exact = BigInt(word.replace(/^\+|N$/g, ""));
    const number = Number(exact);
    return Number.isSafeInteger(number) ? number : String(exact);
  }
  if (/^[+-]?\d+(\.\d*)?([eE][+-]?\d+)?M?$/.test(word)) {
    const number = Number(word.replace(/M$/, ""));
    return Number.isInteger(number) && !Number.isSafeInteger(number) ? word : number;
  }
  return word;
}

/** The name of a map's key: the text of a keyword without its colon, a number in digits, anything else as JSON. */
export function nameOf(key: Json): string {
  if (typeof key === "string") return key.startsWith(":") ? key.slice(1) : key;
  return typeof key === "number" ? String(key) : canonicalJson(key);
}

/** An order of values, so that equal sets become equal arrays. */
function inOrder(a: Json, b: Json): number {
  if (typeof a === "number" && typeof b === "number") return a - b;
  const [left, right] = [canonicalJson(a), canonicalJson(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}
