import { NONE } from "#core/history";
import { FUNCTIONS } from "#core/functions";
import { EVENT, type RawEvent, type RawValue, VALUE } from "#core/raw-event";
import { type ByteInterner, HASH_START, hashByte, UNKNOWN } from "./byte-interner.ts";
import { areDigits, type ByteToken, LONGEST_TOKEN, numberOf } from "./byte-token.ts";
import * as token from "./event-tokens.ts";
import type { Names } from "./names.ts";

const READ = FUNCTIONS.indexOf("read");
const WRITE = FUNCTIONS.indexOf("write");

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
  /** The last place where a token may be looked for. */
  #lastToken = -1;
  #at = 0;
  /** Names are added only once the whole line was found usual: one that is torn behind a name must not leave it behind. */
  #mayAdd = false;
  /** Whether the line holds a name that no line before it held. */
  #isNew = false;

  constructor(event: RawEvent, names: Names) {
    this.#event = event;
    this.#names = names;
  }

  set bytes(bytes: Buffer) {
    this.#bytes = bytes;
    // To the end of the memory behind it: comparing four bytes at a time may look beyond the last line.
    this.#view = new DataView(bytes.buffer, bytes.byteOffset);
    this.#lastToken = this.#view.byteLength - LONGEST_TOKEN;
  }

  /** Fills the event from the line that begins at `start` and returns where the next one begins, or -1: unusual. */
  scan(start: number): number {
    const next = this.#line(start);
    if (!this.#isNew) return next;
    this.#isNew = false;
    if (next < 0) return -1;
    this.#mayAdd = true;
    const again = this.#line(start);
    this.#mayAdd = false;
    return again;
  }

  #line(start: number): number {
    const bytes = this.#bytes;
    const event = this.#event;
    event.clear();
    if (bytes[start] !== BRACE) return -1;
    this.#at = start + 1;
    if (!(this.#token(token.INDEX) ? this.#usual(event) : this.#field(event))) return -1;
    for (;;) {
      const next = bytes[this.#at++];
      if (next === COMMA) {
        if (!this.#field(event)) return -1;
        continue;
      }
      if (next !== BRACE_END || bytes[this.#at] !== NEWLINE) return -1;
      const complete =
        event.index >= 0 && event.time >= 0 && event.process >= 0 && event.type >= 0 && event.f >= 0;
      return complete ? this.#at + 1 : -1;
    }
  }

  /**
   * The fields from `index`, whose name was passed, to `value`, as long as they come in the usual order: none is looked up
   * by its name. Stops behind any of them. False: unusual.
   */
  #usual(event: RawEvent): boolean {
    const index = this.#integer();
    if (index < 0) return false;
    event.index = index;
    if (!this.#token(token.THEN_TIME)) return true;
    const time = this.#integer();
    if (time < 0) return false;
    event.time = time;
    if (!this.#token(token.THEN_PROCESS)) return true;
    const process = this.#integer();
    if (process < 0) return false;
    event.process = process;
    const behindProcess = this.#at;
    if (!this.#token(token.THEN_TYPE)) return true;
    event.type = this.#typeThenF();
    if (event.type < 0) {
      this.#at = behindProcess;
      return true;
    }
    event.f = this.#token(token.READ_THEN_KEY) ? READ : this.#token(token.WRITE_THEN_KEY) ? WRITE : -1;
    if (event.f < 0) {
      event.f = this.#name(this.#names.functions);
      if (event.f < 0) return false;
      if (!this.#token(token.THEN_KEY)) return true;
    }
    event.key = this.#name(this.#names.keys);
    if (event.key < 0) return false;
    return this.#token(token.THEN_VALUE) ? this.#value(event.value) : true;
  }

  #typeThenF(): number {
    if (this.#token(token.INVOKE_THEN_F)) return EVENT.invoke;
    if (this.#token(token.OK_THEN_F)) return EVENT.ok;
    if (this.#token(token.INFO_THEN_F)) return EVENT.info;
    return this.#token(token.FAIL_THEN_F) ? EVENT.fail : -1;
  }

  /** One `"name":value`; told apart by the first letters, then compared whole. */
  #field(event: RawEvent): boolean {
    switch (this.#bytes[this.#at + 1]) {
      case 105: // i
        return this.#token(token.INDEX) && (event.index = this.#integer()) >= 0;
      case 116: // t
        return this.#bytes[this.#at + 2] === 105
          ? this.#token(token.TIME) && (event.time = this.#integer()) >= 0
          : (event.type = this.#type()) >= 0;
      case 112: // p
        return this.#token(token.PROCESS) && (event.process = this.#integer()) >= 0;
      case 102: // f
        if (this.#bytes[this.#at + 2] === 105) return this.#token(token.FINAL) && (event.final = true);
        return this.#token(token.F) && (event.f = this.#name(this.#names.functions)) >= 0;
      case 107: // k
        return (
          event.key === NONE && this.#token(token.KEY) && (event.key = this.#name(this.#names.keys)) >= 0
        );
      case 118: // v
        return this.#bytes[this.#at + 2] === 97
          ? this.#token(token.VALUE_FIELD) && this.#value(event.value)
          : this.#token(token.VERSION) && this.#value(event.version);
      case 110: // n
        return (
          event.node === NONE && this.#token(token.NODE) && (event.node = this.#name(this.#names.nodes)) >= 0
        );
      case 114: // r
        event.result = this.#bytes[this.#at + 9] === 116 ? 1 : 0;
        return this.#token(event.result === 1 ? token.RESULT_TRUE : token.RESULT_FALSE);
      case 115: // s
        return event.session === NONE && this.#token(token.SESSION) && (event.session = this.#session()) >= 0;
      case 108: // l
        return (
          event.level === NONE &&
          this.#token(token.LEVEL) &&
          (event.level = this.#name(this.#names.levels)) >= 0
        );
      case 101: // e
        return this.#error(event);
      default:
        return false;
    }
  }

  /** Whether these bytes come next; they are passed over if so. */
  #token(expected: ByteToken): boolean {
    const at = this.#at;
    if (at > this.#lastToken || !expected.isAt(this.#view, at)) return false;
    this.#at = at + expected.length;
    return true;
  }

  #type(): number {
    switch (this.#bytes[this.#at + 8]) {
      case 111: // o
        return this.#token(token.TYPE_OK) ? EVENT.ok : -1;
      case 102: // f
        return this.#token(token.TYPE_FAIL) ? EVENT.fail : -1;
      default:
        if (this.#bytes[this.#at + 10] === 118) return this.#token(token.TYPE_INVOKE) ? EVENT.invoke : -1; // v
        return this.#token(token.TYPE_INFO) ? EVENT.info : -1;
    }
  }

  /** An integer, or UNUSUAL. */
  #integer(): number {
    const bytes = this.#bytes;
    const view = this.#view;
    const negative = bytes[this.#at] === MINUS;
    const start = negative ? this.#at + 1 : this.#at;
    let at = start;
    let number = 0;
    while (at <= this.#lastToken) {
      const word = view.getInt32(at, true);
      if (!areDigits(word)) break;
      number = number * 10_000 + numberOf(word);
      at += 4;
    }
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
    const known = interner.find(bytes, start, at, hash);
    if (known !== UNKNOWN) return known;
    if (this.#mayAdd) return interner.idOf(bytes, start, at, hash);
    this.#isNew = true;
    return 0;
  }

  /** A name or a number. */
  #session(): number {
    if (this.#bytes[this.#at] === QUOTE) {
      this.#at++;
      return this.#name(this.#names.sessions);
    }
    const number = this.#integer();
    if (number === UNUSUAL) return -1;
    const known = this.#names.findSession(number);
    if (known !== UNKNOWN) return known;
    if (this.#mayAdd) return this.#names.addSession(number);
    this.#isNew = true;
    return 0;
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
    return this.#token(token.NULL);
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
    if (event.error !== NONE || !this.#token(token.ERROR) || !this.#token(token.CODE)) return false;
    event.error = this.#name(this.#names.errorCodes);
    if (event.error < 0 || !this.#token(token.MESSAGE) || !this.#passString(this.#at)) return false;
    return this.#bytes[this.#at++] === BRACE_END;
  }
}
