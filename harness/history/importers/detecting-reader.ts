import { isUtf8 } from "node:buffer";
import { HarnessError } from "#core/errors";
import type { History } from "#core/history";
import type { ScannedLines } from "../ahead/scanned-lines.ts";
import type { HistoryReader } from "../history-reader.ts";
import type { Format, ReaderRequest } from "./format.ts";
import { FORMAT_NAMES } from "./format-names.ts";
import { FORMATS } from "./registry.ts";

/** This much of a file tells its format. */
const ENOUGH = 64 * 1024;
/** This much of an unknown file is shown. */
const SHOWN = 40;

/** Finds out the format from the first bytes, then reads it. */
export class DetectingReader implements HistoryReader {
  readonly #request: ReaderRequest;
  #reader: HistoryReader | undefined;

  constructor(request: ReaderRequest) {
    this.#request = request;
  }

  get line(): number {
    return this.#reader?.line ?? 0;
  }

  warn(warning: string): void {
    this.#reader?.warn(warning);
  }

  push(bytes: Buffer): number {
    if (this.#reader === undefined && bytes.length < ENOUGH) return 0;
    return this.#readerFor(bytes).push(bytes);
  }

  get isScannable(): boolean {
    return this.#reader?.isScannable ?? false;
  }

  takeScanned(lines: ScannedLines): void {
    this.#reader?.takeScanned?.(lines);
  }

  finish(rest: Buffer): History {
    const reader = this.#readerFor(rest);
    return reader.finish(rest.subarray(reader.push(rest)));
  }

  #readerFor(bytes: Buffer): HistoryReader {
    this.#reader ??= formatOf(bytes, this.#request).open(this.#request);
    return this.#reader;
  }
}

/** @throws HarnessError `bad-history` */
function formatOf(bytes: Buffer, { source, options }: ReaderRequest): Format {
  const start = startOf(bytes);
  if (start === "") throw new HarnessError("bad-history", `${source} is empty: expected a history`);
  const format = FORMATS.find((one) => one.recognises(start, options));
  if (format !== undefined) return format;
  const shown = isUtf8(bytes.subarray(0, bytes.lastIndexOf(10) + 1))
    ? `it begins with ${JSON.stringify(start.slice(0, SHOWN))}`
    : "it is no text in UTF-8";
  throw new HarnessError(
    "bad-history",
    `${source}: its format was not recognised (${shown}); expected one of ${FORMAT_NAMES.join(", ")}`,
    { hint: "name it with --format, and the columns of a table with --map column=field,…" },
  );
}

const startOf = (bytes: Buffer): string =>
  bytes
    .subarray(0, ENOUGH)
    .toString("utf8")
    .replace(/^\uFEFF/, "")
    .trimStart();
