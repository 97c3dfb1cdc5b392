import { NONE } from "#core/history";
import { type RawEvent, type RawValue, VALUE } from "#core/raw-event";
import type { ForeignNames } from "./foreign-names.ts";

/**
 * Events as the numbers that another thread takes: of each a word of bits, `index`, `time`, `process`, then only what the bits
 * name, in this order – ids of the writer's names, a value, a version. A number is one word; a text its place in `texts`; an
 * array of numbers its length and its elements.
 */
const F = 2;
const VALUE_KIND = 10;
const VERSION_KIND = 13;
const RESULT = 16;
const FINAL = 1 << 18;
const KEY = 1 << 19;
const NODE = 1 << 20;
const SESSION = 1 << 21;
const LEVEL = 1 << 22;
const ERROR = 1 << 23;
const TYPE_MASK = 3;
const F_MASK = 255;
const KIND_MASK = 7;
const RESULT_MASK = 3;

/** Words of an event at most, elements of arrays apart. */
const MOST_WORDS = 13;

export class EventWriter {
  readonly texts: string[] = [];
  readonly #words: Float64Array;
  #at = 0;
  #events = 0;

  constructor(words: Float64Array) {
    this.#words = words;
  }

  get events(): number {
    return this.#events;
  }

  /** Adds an event as a `LineScanner` fills it. False: there is no room left. */
  write(event: RawEvent): boolean {
    const words = this.#words;
    let at = this.#at;
    if (at + MOST_WORDS + elementsOf(event.value) + elementsOf(event.version) > words.length) return false;
    words[at] = bitsOf(event);
    words[at + 1] = event.index;
    words[at + 2] = event.time;
    words[at + 3] = event.process;
    at += 4;
    if (event.key !== NONE) words[at++] = event.key;
    if (event.node !== NONE) words[at++] = event.node;
    if (event.session !== NONE) words[at++] = event.session;
    if (event.level !== NONE) words[at++] = event.level;
    if (event.error !== NONE) words[at++] = event.error;
    at = this.#value(event.value, at);
    this.#at = this.#value(event.version, at);
    this.#events++;
    return true;
  }

  #value(value: RawValue, at: number): number {
    const words = this.#words;
    if (value.kind === VALUE.number) {
      words[at] = value.number;
      return at + 1;
    }
    if (value.kind === VALUE.json) {
      words[at] = this.texts.push(value.json as string) - 1;
      return at + 1;
    }
    if (value.kind !== VALUE.numbers) return at;
    words[at] = value.count;
    words.set(value.numbers.subarray(0, value.count), at + 1);
    return at + 1 + value.count;
  }
}

const elementsOf = ({ kind, count }: RawValue): number => (kind === VALUE.numbers ? count : 0);

const bitsOf = (event: RawEvent): number =>
  event.type |
  (event.f << F) |
  (event.value.kind << VALUE_KIND) |
  (event.version.kind << VERSION_KIND) |
  ((event.result + 1) << RESULT) |
  (event.final ? FINAL : 0) |
  (event.key === NONE ? 0 : KEY) |
  (event.node === NONE ? 0 : NODE) |
  (event.session === NONE ? 0 : SESSION) |
  (event.level === NONE ? 0 : LEVEL) |
  (event.error === NONE ? 0 : ERROR);

/** Reads what an `EventWriter` wrote. */
export class EventWords {
  readonly #words: Float64Array;
  readonly #texts: readonly string[];
  #at = 0;

  constructor(words: Float64Array, texts: readonly string[]) {
    this.#words = words;
    this.#texts = texts;
  }

  /** Fills the event with the next one. Its names are looked up in the order in which a `LineScanner` would. */
  read(event: RawEvent, names: ForeignNames): void {
    const words = this.#words;
    let at = this.#at;
    const bits = words[at]! | 0;
    event.index = words[at + 1]!;
    event.time = words[at + 2]!;
    event.process = words[at + 3]!;
    at += 4;
    event.type = bits & TYPE_MASK;
    event.f = (bits >> F) & F_MASK;
    event.result = ((bits >> RESULT) & RESULT_MASK) - 1;
    event.final = (bits & FINAL) !== 0;
    event.key = (bits & KEY) === 0 ? NONE : names.keys.idOf(words[at++]!);
    event.node = (bits & NODE) === 0 ? NONE : names.nodes.idOf(words[at++]!);
    event.session = (bits & SESSION) === 0 ? NONE : names.sessions.idOf(words[at++]!);
    event.level = (bits & LEVEL) === 0 ? NONE : names.levels.idOf(words[at++]!);
    event.error = (bits & ERROR) === 0 ? NONE : names.errorCodes.idOf(words[at++]!);
    at = this.#value(event.value, (bits >> VALUE_KIND) & KIND_MASK, at);
    this.#at = this.#value(event.version, (bits >> VERSION_KIND) & KIND_MASK, at);
    event.observed.kind = VALUE.absent;
  }

  #value(value: RawValue, kind: number, at: number): number {
    const words = this.#words;
    value.kind = kind;
    if (kind === VALUE.number) {
      value.number = words[at]!;
      return at + 1;
    }
    if (kind === VALUE.json) {
      value.json = this.#texts[words[at]!]!;
      return at + 1;
    }
    if (kind !== VALUE.numbers) return at;
    const end = at + 1 + words[at]!;
    value.beginNumbers();
    for (let i = at + 1; i < end; i++) value.pushNumber(words[i]!);
    return end;
  }
}
