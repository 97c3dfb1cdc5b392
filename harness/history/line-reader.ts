import { badHistory, type HarnessError, messageOf } from "#core/errors";
import type { History } from "#core/history";
import { HistoryBuilder } from "#core/history-builder";
import type { Json } from "#core/json";
import { HISTORY_FORMAT, type HistoryHeader, headerSchema } from "#core/operation";
import { EventProblem, RawEvent } from "#core/raw-event";
import { LineScanner, Names } from "./line-scanner.ts";
import { parseEvent, problemOf } from "./parse-event.ts";

const NEWLINE = 10;
/** A line of an operation of the `session` workload is about this long; two make an operation. */
const BYTES_PER_OPERATION = 180;

/**
 * Builds a history from pieces of its text. `push` takes whatever bytes there are and says how many it used up: whole
 * lines. `finish` gets what is left behind the last newline.
 */
export class LineReader {
  readonly #source: string;
  readonly #expectedBytes: number;
  readonly #event = new RawEvent();
  #builder: HistoryBuilder | undefined;
  #scanner: LineScanner | undefined;
  #line = 0;
  /** A line that was no JSON: forgiven only if nothing follows. */
  #broken: { line: number; error: string } | undefined;

  constructor(source: string, expectedBytes: number) {
    this.#source = source;
    this.#expectedBytes = expectedBytes;
  }

  /** Reads the whole lines of `bytes` and returns their length. @throws HarnessError `bad-history` */
  push(bytes: Buffer): number {
    const end = bytes.lastIndexOf(NEWLINE) + 1;
    let at = 0;
    if (this.#builder === undefined && end > 0) at = this.#begin(bytes);
    const builder = this.#builder;
    const scanner = this.#scanner;
    if (builder === undefined || scanner === undefined) return 0;
    scanner.bytes = bytes;
    while (at < end) {
      const next = this.#broken === undefined ? scanner.scan(at) : -1;
      if (next > 0) {
        this.#line++;
        this.#add(builder);
        at = next;
      } else {
        const lineEnd = bytes.indexOf(NEWLINE, at);
        this.#slowLine(bytes.toString("utf8", at, lineEnd), builder);
        at = lineEnd + 1;
      }
    }
    return end;
  }

  /** The text is over; `rest` is what came after the last newline. */
  finish(rest: Buffer): History {
    if (rest.length > 0) this.push(Buffer.concat([rest, Buffer.of(NEWLINE)]));
    const builder = this.#builder ?? new HistoryBuilder({ source: this.#source });
    if (builder.events === 0) builder.warn("the history holds no event");
    if (this.#broken !== undefined) {
      builder.warn(
        `line ${this.#broken.line}, the last one, is torn and was left out (${this.#broken.error})`,
      );
    }
    return builder.build();
  }

  /** The text was cut off by something else than its end. */
  warn(warning: string): void {
    this.#builder?.warn(warning);
  }

  #begin(bytes: Buffer): number {
    let at = 0;
    let header: HistoryHeader | undefined;
    const lineEnd = bytes.indexOf(NEWLINE);
    const first = bytes.toString("utf8", 0, lineEnd).replace(/^\uFEFF/, "");
    const json = jsonOf(first);
    if (json !== null && typeof json === "object" && "riftcheck" in json) {
      this.#line = 1;
      header = this.#header(json);
      at = lineEnd + 1;
    } else if (bytes[0] === 0xef) {
      at = 3;
    }
    const capacity = Math.ceil(this.#expectedBytes / BYTES_PER_OPERATION);
    const builder = new HistoryBuilder({ source: this.#source, header, capacity });
    this.#builder = builder;
    this.#scanner = new LineScanner(this.#event, new Names(builder));
    return at;
  }

  #header(json: object): HistoryHeader {
    const format = (json as { riftcheck?: Json }).riftcheck;
    if (format !== HISTORY_FORMAT) {
      throw badHistory({
        file: this.#source,
        line: 1,
        field: "riftcheck",
        expected: `the format version ${HISTORY_FORMAT}, but it is ${JSON.stringify(format)}`,
      });
    }
    const parsed = headerSchema.safeParse(json);
    if (!parsed.success) throw this.#located(problemOf(parsed.error, ""));
    return parsed.data;
  }

  #slowLine(text: string, builder: HistoryBuilder): void {
    this.#line++;
    if (text.trim() === "") return;
    if (this.#broken !== undefined) throw this.#notJson(this.#broken);
    try {
      parseEvent(text, this.#event, builder);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw this.#located(error);
      this.#broken = { line: this.#line, error: messageOf(error) };
    }
  }

  #add(builder: HistoryBuilder): void {
    try {
      builder.add(this.#event);
    } catch (error) {
      throw this.#located(error);
    }
  }

  #located(error: unknown): unknown {
    if (!(error instanceof EventProblem)) return error;
    const { field, expected } = error;
    return badHistory({
      file: this.#source,
      line: this.#line,
      expected,
      ...(field === undefined ? {} : { field }),
    });
  }

  #notJson({ line, error }: { line: number; error: string }): HarnessError {
    return badHistory({ file: this.#source, line, expected: `one JSON object on the line (${error})` });
  }
}

function jsonOf(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
