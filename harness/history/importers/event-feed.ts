import type { History } from "#core/history";
import { HistoryBuilder } from "#core/history-builder";
import type { Json } from "#core/json";
import { FUNCTIONS, type OperationFunction } from "#core/functions";
import { HISTORY_FORMAT, type FaultEvent, type HistoryHeader, type ObjectSpec } from "#core/operation";
import { EventProblem, RawEvent } from "#core/raw-event";

/** One event as an importer understood it. Importers may reuse one object for all events. */
export interface ImportedEvent {
  process: number;
  /** One of EVENT. */
  type: number;
  f: OperationFunction;
  key: string | undefined;
  value: Json | undefined;
  /** Nanoseconds; undefined: not recorded. */
  time: number | undefined;
  /** Undefined: one more than the event before. */
  index: number | undefined;
  session: string | undefined;
  node: string | undefined;
  level: string | undefined;
  version: Json | undefined;
  observed: Json | undefined;
  result: boolean | undefined;
  final: boolean;
  /** Error code. */
  error: string | undefined;
}

/** A header that says what the keys hold; none if nobody knows. */
export const headerOf = (objects: readonly ObjectSpec[] | undefined): HistoryHeader | undefined =>
  objects === undefined ? undefined : { riftcheck: HISTORY_FORMAT, objects: [...objects] };

/** The same for a format that records the order of each session and no times. */
export const timelessHeaderOf = (objects: readonly ObjectSpec[]): HistoryHeader => ({
  riftcheck: HISTORY_FORMAT,
  objects: [...objects],
  realTime: false,
});

/** An event with nothing in it but what every event has. */
export const importedEvent = (
  process: number,
  type: number,
  f: OperationFunction,
  value: Json | undefined,
): ImportedEvent => ({
  process,
  type,
  f,
  value,
  key: undefined,
  time: undefined,
  index: undefined,
  session: undefined,
  node: undefined,
  level: undefined,
  version: undefined,
  observed: undefined,
  result: undefined,
  final: false,
  error: undefined,
});

export interface FeedOptions {
  readonly source: string;
  /** What the keys hold, where format or user know it. */
  readonly header?: HistoryHeader | undefined;
  /** Operations expected. */
  readonly capacity?: number;
  /** What happens where times go back. Default: the history is refused. */
  readonly backwards?: "refuse" | "hold";
}

const BACKWARDS =
  "a time that is not before that of the event above: the order of the file is the order of events, and times come from one monotonic clock (rows of whole operations, with start and end, may come in any order)";
/** More distinct codes are no codes but messages. */
const MAX_ERROR_CODES = 1000;

/**
 * What importers feed their events into: numbers them, minds their times and fills the columns by way of the same
 * builder, and so the same checks, as JSONL.
 */
export class EventFeed {
  readonly #builder: HistoryBuilder;
  readonly #raw = new RawEvent();
  readonly #holdTimes: boolean;
  #nextIndex = 0;
  #time = 0;
  #held = 0;
  #timed = 0;
  #untimed = 0;

  constructor({ source, header, capacity, backwards }: FeedOptions) {
    this.#builder = new HistoryBuilder({ source, header, capacity });
    this.#holdTimes = backwards === "hold";
  }

  /** @throws EventProblem */
  add(event: ImportedEvent): void {
    const raw = this.#raw;
    const builder = this.#builder;
    raw.clear();
    raw.index = this.#index(event.index);
    raw.time = this.#at(event.time);
    raw.process = event.process;
    raw.type = event.type;
    raw.f = FUNCTIONS.indexOf(event.f);
    raw.final = event.final;
    raw.value.setJson(event.value);
    if (event.key !== undefined) raw.key = builder.internKey(event.key);
    if (event.session !== undefined) raw.session = builder.sessions.intern(event.session);
    if (event.node !== undefined) raw.node = builder.nodes.intern(event.node);
    if (event.level !== undefined) raw.level = builder.levels.intern(event.level);
    if (event.error !== undefined) raw.error = this.#errorCode(event.error);
    if (event.result !== undefined) raw.result = event.result ? 1 : 0;
    raw.version.setJson(event.version);
    raw.observed.setJson(event.observed);
    builder.add(raw);
  }

  /** @throws EventProblem */
  addFault(event: FaultEvent, index: number | undefined, time: number | undefined): void {
    this.#builder.addFault({ ...event, index: this.#index(index), time: this.#at(time) });
  }

  /** An event that no checker looks at but which takes its place in the order. @throws EventProblem */
  skip(index: number | undefined, time: number | undefined): void {
    this.#builder.skip(this.#index(index), this.#at(time));
  }

  warn(warning: string): void {
    this.#builder.warn(warning);
  }

  /** @throws HarnessError `bad-history` */
  build(): History {
    const builder = this.#builder;
    if (builder.events === 0) builder.warn("the history holds no event");
    else if (this.#untimed > 0 && this.#timed > 0) {
      builder.warn(`${this.#untimed} events have no time and were given that of the event before`);
    }
    if (this.#held > 0) {
      builder.warn(
        `times go back ${this.#held} times: the order of the file counts, and the time before stands for such times`,
      );
    }
    return builder.build();
  }

  #index(given: number | undefined): number {
    const index = given ?? this.#nextIndex;
    this.#nextIndex = index + 1;
    return index;
  }

  #at(given: number | undefined): number {
    if (given === undefined) {
      this.#untimed++;
      return this.#time;
    }
    if (!Number.isSafeInteger(given)) throw new EventProblem("time", "whole nanoseconds");
    this.#timed++;
    if (given < this.#time) {
      if (!this.#holdTimes) throw new EventProblem("time", BACKWARDS);
      this.#held++;
      return this.#time;
    }
    this.#time = given;
    return given;
  }

  #errorCode(code: string): number {
    const codes = this.#builder.errorCodes;
    if (codes.find(code) === undefined && codes.names.length >= MAX_ERROR_CODES)
      return codes.intern("unknown");
    return codes.intern(code);
  }
}
