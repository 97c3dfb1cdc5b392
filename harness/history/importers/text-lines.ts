import { isUtf8 } from "node:buffer";
import type { History } from "#core/history";
import { EventProblem } from "#core/raw-event";
import { type HistoryReader, located } from "../history-reader.ts";

const NEWLINE = 10;

/** Understands a text line by line. */
export interface LineImporter {
  /** One line without its break, numbered from 1. @throws EventProblem */
  line(text: string, line: number): void;
  warn(warning: string): void;
  /** @throws EventProblem; HarnessError `bad-history` */
  build(): History;
}

/** Splits bytes into lines for an importer and tells the line of its problems. */
export class TextLines implements HistoryReader {
  readonly #source: string;
  readonly #importer: LineImporter;
  #line = 0;

  constructor(source: string, importer: LineImporter) {
    this.#source = source;
    this.#importer = importer;
  }

  get line(): number {
    return this.#line;
  }

  warn(warning: string): void {
    this.#importer.warn(warning);
  }

  push(bytes: Buffer): number {
    let at = 0;
    for (let end = bytes.indexOf(NEWLINE); end !== -1; end = bytes.indexOf(NEWLINE, at)) {
      this.#take(bytes.subarray(at, end));
      at = end + 1;
    }
    return at;
  }

  /** A last line without a break that cannot be read is torn: the recorder was stopped. */
  finish(rest: Buffer): History {
    try {
      if (rest.length > 0) this.#importTorn(rest);
      return this.#importer.build();
    } catch (error) {
      throw located(error, this.#source, this.#line);
    }
  }

  #importTorn(rest: Buffer): void {
    this.#line++;
    try {
      this.#import(rest);
    } catch (error) {
      if (!(error instanceof EventProblem)) throw error;
      this.warn(`line ${this.#line}, the last one, is torn and was left out (expected ${error.expected})`);
    }
  }

  #take(bytes: Buffer): void {
    this.#line++;
    try {
      this.#import(bytes);
    } catch (error) {
      throw located(error, this.#source, this.#line);
    }
  }

  #import(bytes: Buffer): void {
    if (!isUtf8(bytes)) throw new EventProblem(undefined, "text in UTF-8");
    let text = bytes.toString("utf8");
    if (this.#line === 1) text = text.replace(/^\uFEFF/, "");
    this.#importer.line(text.endsWith("\r") ? text.slice(0, -1) : text, this.#line);
  }
}
