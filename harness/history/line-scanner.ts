import type { HistoryBuilder } from "#core/history-builder";
import { FUNCTIONS } from "#core/operation";
import { EVENT, type RawEvent, type RawValue, VALUE } from "#core/raw-event";
import { ByteInterner, HASH_START, hashByte } from "./byte-interner.ts";

/** Bytes to compare, four at a time; the last word overlaps the one before where the length is no multiple of four. */
interface Token {
  readonly length: number;
  readonly words: Int32Array;
  readonly last: number;
}

/** Tokens are at least four bytes and at most this many long. */
const LONGEST_TOKEN = 16;

function tokenOf(text: string): Token {
  const view = new DataView(Uint8Array.from(text, (char) => char.charCodeAt(0)).buffer);
  const words = Int32Array.from({ length: (text.length - 1) >> 2 }, (_, i) => view.getInt32(i * 4, true));
  return { length: text.length, words, last: view.getInt32(text.length - 4, true) };
}

const INDEX = tokenOf('"index":');
const TIME = tokenOf('"time":');
const PROCESS = tokenOf('"process":');
const TYPE_INVOKE = tokenOf('"type":"invoke"');
const TYPE_OK = tokenOf('"type":"ok"');
const TYPE_FAIL = tokenOf('"type":"fail"');
const TYPE_INFO = tokenOf('"type":"info"');
const F = tokenOf('"f":"');
const KEY = tokenOf('"key":"');
const VALUE_FIELD = tokenOf('"value":');
const NODE = tokenOf('"node":"');
const VERSION = tokenOf('"version":');
const RESULT_TRUE = tokenOf('"result":true');
const RESULT_FALSE = tokenOf('"result":false');
const FINAL = tokenOf('"final":true');
const SESSION = tokenOf('"session":');
const LEVEL = tokenOf('"level":"');
const ERROR = tokenOf('"error":{');
const CODE = tokenOf('"code":"');
const MESSAGE = tokenOf(',"message":"');
const NULL = tokenOf("null");

const NEWLINE = 10;
/** Bytes below are control characters, which no JSON string holds. */
const SPACE = 32;
const QUOTE = 34;
const COMMA = 44;
const MINUS = 45;
const ZERO = 48;
const NINE = 57;
const BRACKET = 91;
const BACKSLASH = 92;
const BRACKET_END = 93;
const BRACE = 123;
const BRACE_END = 125;
/** Bytes from here on belong to characters outside ASCII. */
const NOT_ASCII = 128;
/** Any run of fifteen digits is an exact integer. */
const EXACT_DIGITS = 15;
/** Names are short; longer ones are read the slow way. */
const MAX_NAME = 256;

/** Gives up on a line. A value of its own, so that it cannot be taken for a number that was read. */
const UNUSUAL = Number.NEGATIVE_INFINITY;

/** The interners of one history's names. */
export class Names {
  readonly functions: ByteInterner = new ByteInterner((text) =>
    FUNCTIONS.indexOf(text as (typeof FUNCTIONS)[number]),
  );
  readonly keys: ByteInterner;
  readonly nodes: ByteInterner;
  readonly sessions: ByteInterner;
  readonly levels: ByteInterner;
  readonly errorCodes: ByteInterner;

  readonly #builder: HistoryBuilder;

  constructor(builder: HistoryBuilder) {
    this.keys = new ByteInterner((text) => builder.internKey(text));
    this.nodes = new ByteInterner((text) => builder.nodes.intern(text));
    this.sessions = new ByteInterner((text) => builder.sessions.intern(text));
    this.#builder = builder;
    this.levels = new ByteInterner((text) => builder.levels.intern(text));
    this.errorCodes = new ByteInterner((text) => builder.errorCodes.intern(text));
  }

  sessionOf(number: number): number {
    return this.#builder.sessions.intern(String(number));
  }
}

/**
 * Reads one line straight from its bytes. It knows the fields and shapes that recorders write, compares every byte, and
 * gives up at anything else – white space, escapes, fractions, nested values: those lines are for `parseEvent`. The bytes
 * must end in a newline.
 */
export class LineScanner {
  readonly #event: RawEvent;
  readonly #names: Names;
  #bytes: Buffer = Buffer.alloc(0);
  #view: DataView = new DataView(new ArrayBuffer(0));
  #at = 0;

  constructor(event: RawEvent, names: Names) {
    this.#event = event;
    this.#names = names;
  }

  set bytes(bytes: Buffer) {
    this.#bytes = bytes;
    // To the end of the memory behind it: comparing four bytes at a time may look beyond the last line.
    this.#view = new DataView(bytes.buffer, bytes.byteOffset);
  }

  /** Fills the event from the line that begins at `start` and returns where the next one begins, or -1: unusual. */
  scan(start: number): number {
    const bytes = this.#bytes;
    const event = this.#event;
    event.clear();
    if (bytes[start] !== BRACE) return -1;
    this.#at = start + 1;
    for (;;) {
      if (!this.#field(event)) return -1;
      const next = bytes[this.#at++];
      if (next === COMMA) continue;
      if (next !== BRACE_END || bytes[this.#at] !== NEWLINE) return -1;
      const complete =
        event.index >= 0 && event.time >= 0 && event.process >= 0 && event.type >= 0 && event.f >= 0;
      return complete ? this.#at + 1 : -1;
    }
  }

  /** One `"name":value`; told apart by the first letters, then compared whole. */
  #field(event: RawEvent): boolean {
    switch (this.#bytes[this.#at + 1]) {
      case 105: // i
        return this.#token(INDEX) && (event.index = this.#integer()) >= 0;
      case 116: // t
        return this.#bytes[this.#at + 2] === 105
          ? this.#token(TIME) && (event.time = this.#integer()) >= 0
          : (event.type = this.#type()) >= 0;
      case 112: // p
        return this.#token(PROCESS) && (event.process = this.#integer()) >= 0;
      case 102: // f
        if (this.#bytes[this.#at + 2] === 105) return this.#token(FINAL) && (event.final = true);
        return this.#token(F) && (event.f = this.#name(this.#names.functions)) >= 0;
      case 107: // k
        return this.#token(KEY) && (event.key = this.#name(this.#names.keys)) >= 0;
      case 118: // v
        return this.#bytes[this.#at + 2] === 97
          ? this.#token(VALUE_FIELD) && this.#value(event.value)
          : this.#token(VERSION) && this.#value(event.version);
      case 110: // n
        return this.#token(NODE) && (event.node = this.#name(this.#names.nodes)) >= 0;
      case 114: // r
        event.result = this.#bytes[this.#at + 10] === 116 ? 1 : 0;
        return this.#token(event.result === 1 ? RESULT_TRUE : RESULT_FALSE);
      case 115: // s
        return this.#token(SESSION) && (event.session = this.#session()) >= 0;
      case 108: // l
        return this.#token(LEVEL) && (event.level = this.#name(this.#names.levels)) >= 0;
      case 101: // e
        return this.#error(event);
      default:
        return false;
    }
  }

  /** Whether these bytes come next; they are passed over if so. */
  #token(token: Token): boolean {
    const view = this.#view;
    const at = this.#at;
    const { words, length } = token;
    if (at + LONGEST_TOKEN > view.byteLength) return false;
    for (let i = 0; i < words.length; i++) {
      if (view.getInt32(at + i * 4, true) !== words[i]) return false;
    }
    this.#at = at + length;
    return view.getInt32(at + length - 4, true) === token.last;
  }

  #type(): number {
    switch (this.#bytes[this.#at + 8]) {
      case 111: // o
        return this.#token(TYPE_OK) ? EVENT.ok : -1;
      case 102: // f
        return this.#token(TYPE_FAIL) ? EVENT.fail : -1;
      default:
        if (this.#bytes[this.#at + 10] === 118) return this.#token(TYPE_INVOKE) ? EVENT.invoke : -1; // v
        return this.#token(TYPE_INFO) ? EVENT.info : -1;
    }
  }

  /** An integer, or UNUSUAL. */
  #integer(): number {
    const bytes = this.#bytes;
    const negative = bytes[this.#at] === MINUS;
    const start = negative ? this.#at + 1 : this.#at;
    let at = start;
    let number = 0;
    for (;;) {
      const digit = bytes[at]! - ZERO;
      if (digit < 0 || digit > 9) break;
      number = number * 10 + digit;
      at++;
    }
    const digits = at - start;
    if (digits === 0 || digits > EXACT_DIGITS || (digits > 1 && bytes[start] === ZERO)) return UNUSUAL;
    this.#at = at;
    return negative ? 0 - number : number;
  }

  /** The rest of a string whose quote was passed, interned; below 0: unusual. */
  #name(interner: ByteInterner): number {
    const bytes = this.#bytes;
    const start = this.#at;
    let at = start;
    let hash = HASH_START;
    for (;;) {
      const byte = bytes[at]!;
      if (byte === QUOTE) break;
      if (byte === BACKSLASH || byte < SPACE || byte >= NOT_ASCII) return -1;
      hash = hashByte(hash, byte);
      at++;
    }
    if (at - start > MAX_NAME) return -1;
    this.#at = at + 1;
    return interner.idOf(bytes, start, at, hash);
  }

  /** A name or a number. */
  #session(): number {
    if (this.#bytes[this.#at] === QUOTE) {
      this.#at++;
      return this.#name(this.#names.sessions);
    }
    const number = this.#integer();
    return number === UNUSUAL ? -1 : this.#names.sessionOf(number);
  }

  #value(value: RawValue): boolean {
    const first = this.#bytes[this.#at]!;
    if (first === MINUS || (first >= ZERO && first <= NINE)) {
      const number = this.#integer();
      value.setNumber(number);
      return number !== UNUSUAL;
    }
    if (first === QUOTE) return this.#text(value);
    if (first === BRACKET) return this.#numbers(value);
    value.kind = VALUE.null;
    return this.#token(NULL);
  }

  #text(value: RawValue): boolean {
    const start = this.#at + 1;
    if (!this.#passString(start)) return false;
    value.kind = VALUE.json;
    value.json = this.#bytes.toString("latin1", start, this.#at - 1);
    return true;
  }

  /** Goes behind the closing quote of a string of plain ASCII. */
  #passString(start: number): boolean {
    const bytes = this.#bytes;
    let at = start;
    for (;;) {
      const byte = bytes[at]!;
      if (byte === QUOTE) break;
      if (byte === BACKSLASH || byte < SPACE || byte >= NOT_ASCII) return false;
      at++;
    }
    this.#at = at + 1;
    return true;
  }

  /** An array of integers. */
  #numbers(value: RawValue): boolean {
    value.beginNumbers();
    this.#at++;
    if (this.#bytes[this.#at] === BRACKET_END) {
      this.#at++;
      return true;
    }
    for (;;) {
      const number = this.#integer();
      if (number === UNUSUAL) return false;
      value.pushNumber(number);
      const next = this.#bytes[this.#at++];
      if (next === BRACKET_END) return true;
      if (next !== COMMA) return false;
    }
  }

  /** `"error":{"code":"…","message":"…"}`; the message is not kept. */
  #error(event: RawEvent): boolean {
    if (!this.#token(ERROR) || !this.#token(CODE)) return false;
    event.error = this.#name(this.#names.errorCodes);
    if (event.error < 0 || !this.#token(MESSAGE) || !this.#passString(this.#at)) return false;
    return this.#bytes[this.#at++] === BRACE_END;
  }
}
