import { NONE } from "./history.ts";
import type { Json } from "./json.ts";

/** What kind of value a field held. `numbers`: an array of numbers alone, kept apart because whole sets are read so. */
export const VALUE = { absent: 0, null: 1, number: 2, json: 3, numbers: 4 } as const;

/** A value as it was scanned, before it is interned. Reused from line to line. */
export class RawValue {
  kind: number = VALUE.absent;
  number = 0;
  json: Json = null;
  numbers = new Float64Array(16);
  count = 0;

  setNumber(value: number): void {
    this.kind = VALUE.number;
    this.number = value;
  }

  setJson(value: Json | undefined): void {
    if (value === undefined) this.kind = VALUE.absent;
    else if (value === null) this.kind = VALUE.null;
    else if (typeof value === "number") this.setNumber(value);
    else {
      this.kind = VALUE.json;
      this.json = value;
    }
  }

  beginNumbers(): void {
    this.kind = VALUE.numbers;
    this.count = 0;
  }

  pushNumber(value: number): void {
    if (this.count === this.numbers.length) {
      const longer = new Float64Array(this.count * 2);
      longer.set(this.numbers);
      this.numbers = longer;
    }
    this.numbers[this.count++] = value;
  }

  /** The value as JSON; `undefined` if the field was absent. */
  toJson(): Json | undefined {
    switch (this.kind) {
      case VALUE.absent:
        return undefined;
      case VALUE.null:
        return null;
      case VALUE.number:
        return this.number;
      case VALUE.numbers:
        return Array.from(this.numbers.subarray(0, this.count));
      default:
        return this.json;
    }
  }
}

/** `type` of an event: the position in EVENT_TYPES. */
export const EVENT = { invoke: 0, ok: 1, fail: 2, info: 3 } as const;

/** One line of a history as scanned, with its strings interned. One object is reused for all lines. */
export class RawEvent {
  index = -1;
  time = -1;
  process = -1;
  type = -1;
  /** Position in FUNCTIONS. */
  f = -1;
  key = NONE;
  session = NONE;
  node = NONE;
  level = NONE;
  error = NONE;
  final = false;
  /** 1 true, 0 false, -1 absent. */
  result = -1;
  readonly value = new RawValue();
  readonly version = new RawValue();
  readonly observed = new RawValue();

  clear(): void {
    this.index = -1;
    this.time = -1;
    this.process = -1;
    this.type = -1;
    this.f = -1;
    this.key = NONE;
    this.session = NONE;
    this.node = NONE;
    this.level = NONE;
    this.error = NONE;
    this.final = false;
    this.result = -1;
    this.value.kind = VALUE.absent;
    this.version.kind = VALUE.absent;
    this.observed.kind = VALUE.absent;
  }
}

/** An event that cannot be: the field at fault and what was expected of it. The reader adds file and line. */
export class EventProblem extends Error {
  readonly field: string | undefined;
  readonly expected: string;

  constructor(field: string | undefined, expected: string) {
    super(`expected ${expected}`);
    this.name = "EventProblem";
    this.field = field;
    this.expected = expected;
  }
}
