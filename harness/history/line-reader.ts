import { isUtf8 } from "node:buffer";
import { assert, badHistory, type HarnessError, messageOf } from "#core/errors";
import type { History } from "#core/history";
import { HistoryBuilder } from "#core/history-builder";
import type { Json } from "#core/json";
import { HISTORY_FORMAT, type HistoryHeader, headerSchema } from "#core/operation";
import { RawEvent } from "#core/raw-event";
import { ForeignNames } from "./ahead/foreign-names.ts";
import type { ScannedLines } from "./ahead/scanned-lines.ts";
import { refuseDeepJson } from "./depth.ts";
import { type HistoryReader, located } from "./history-reader.ts";
import { LineScanner } from "./line-scanner.ts";
import { Names } from "./names.ts";
import { parseEvent, problemOf } from "./parse-event.ts";

const NEWLINE = 10;
/** A line of an operation of the `session` workload is about this long; two make an operation. */
const BYTES_PER_OPERATION = 180;

/** Reads JSONL straight into columns: whole lines at a time. */
export class LineReader implements HistoryReader {
  readonly #source: string;
  readonly #expectedBytes: number;
  readonly #event = new RawEvent();
  #builder: HistoryBuilder | undefined;
  #scanner: LineScanner | undefined;
  #foreign: ForeignNames | undefined;
  #line = 0;
  /** A line that was no JSON: forgiven only if nothing follows. */
  #broken: { line: number; error: string } | undefined;

  constructor(source: string, expectedBytes: number) {
    this.#source = source;
    this.#expectedBytes = expectedBytes;
  }

  get line(): number {
    return this.#line;
  }

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
        this.#slowLine(bytes.subarray(at, lineEnd), builder);
        at = lineEnd + 1;
      }
    }
    return end;
  }

  get isScannable(): boolean {
    return this.#builder !== undefined;
  }

  takeScanned({ words, events, names }: ScannedLines): void {
    const builder = this.#builder;
    assert(builder !== undefined, "lines are scanned elsewhere only behind the header");
    this.#foreign ??= new ForeignNames(builder);
    this.#foreign.add(names);
    for (let left = events; left > 0; left--) {
      if (this.#broken !== undefined) throw this.#notJson(this.#broken);
      words.read(this.#event, this.#foreign);
      this.#line++;
      this.#add(builder);
    }
  }

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

  warn(warning: string): void {
    this.#builder?.warn(warning);
  }

  #begin(bytes: Buffer): number {
    let at = 0;
    let header: HistoryHeader | undefined;
    const lineEnd = bytes.indexOf(NEWLINE);
    const json = this.#headerJson(bytes.subarray(0, lineEnd));
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

  /** What the first line holds; undefined if it is no JSON. */
  #headerJson(line: Buffer): Json | undefined {
    const text = line.toString("utf8").replace(/^\uFEFF/, "");
    try {
      refuseDeepJson(text);
      return JSON.parse(text) as Json;
    } catch (error) {
      if (error instanceof SyntaxError) return undefined;
      throw located(error, this.#source, 1);
    }
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
    if (!parsed.success) throw located(problemOf(parsed.error, ""), this.#source, 1);
    return parsed.data;
  }

  #slowLine(bytes: Buffer, builder: HistoryBuilder): void {
    this.#line++;
    const text = bytes.toString("utf8");
    if (text.trim() === "") return;
    if (this.#broken !== undefined) throw this.#notJson(this.#broken);
    try {
      if (!isUtf8(bytes)) throw new SyntaxError("its bytes are no UTF-8");
      refuseDeepJson(text);
      parseEvent(text, this.#event, builder);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw located(error, this.#source, this.#line);
      this.#broken = { line: this.#line, error: messageOf(error) };
    }
  }

  #add(builder: HistoryBuilder): void {
    try {
      builder.add(this.#event);
    } catch (error) {
      throw located(error, this.#source, this.#line);
    }
  }

  #notJson({ line, error }: { line: number; error: string }): HarnessError {
    return badHistory({ file: this.#source, line, expected: `one JSON object on the line (${error})` });
  }
}
