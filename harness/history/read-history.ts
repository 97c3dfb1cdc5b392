import type { History } from "#core/history";
import type { ReadAhead } from "./ahead/read-ahead.ts";
import { readBytes } from "./byte-source.ts";
import { CarriedText } from "./carried-text.ts";
import type { HistoryReader } from "./history-reader.ts";
import { DetectingReader } from "./importers/detecting-reader.ts";
import type { ReaderRequest } from "./importers/format.ts";
import type { ImportOptions } from "./importers/options.ts";
import { PairsArePlain } from "./importers/tuples.ts";
import { formatNamed } from "./importers/registry.ts";

export interface ReadOptions extends ImportOptions {
  /** A name of the registry of formats; `auto`: by the content. */
  readonly format?: string | undefined;
  /** Called for each piece of a file: it throws to stop the reading. */
  readonly guard?: (() => void) | undefined;
  /** Which files of lines a second thread may scan ahead, at some 50 MB; the history is the same. Default: none. */
  readonly ahead?: ReadAhead | undefined;
}

/**
 * Reads a history from a file of any format, also compressed with zstd. A torn last line or form, as a killed recorder
 * leaves, is a warning. Default format: auto.
 * @throws HarnessError `bad-history` with file, line, field and what was expected; `unknown-name` for the format
 */
export async function readHistory(path: string, options: ReadOptions = {}): Promise<History> {
  try {
    return await readFile(path, options);
  } catch (error) {
    if (!tookPairsForTuples(error)) throw error;
    return await readFile(path, { ...options, tuples: false });
  }
}

/** Reads a history from its text. Default format: jsonl. @throws HarnessError as `readHistory` */
export function parseHistory(text: string, source = "history", options: ReadOptions = {}): History {
  try {
    return readText(text, source, options);
  } catch (error) {
    if (!tookPairsForTuples(error)) throw error;
    return readText(text, source, { ...options, tuples: false });
  }
}

async function readFile(path: string, options: ReadOptions): Promise<History> {
  const begin = (expectedBytes: number): CarriedText => {
    const request = { source: path, expectedBytes, options };
    return new CarriedText(path, readerOf(options.format ?? "auto", request), options.guard);
  };
  const text = await readBytes(path, begin, options.ahead);
  return text.finish();
}

function readText(text: string, source: string, options: ReadOptions): History {
  const bytes = Buffer.from(text, "utf8");
  const reader = readerOf(options.format ?? "jsonl", { source, expectedBytes: bytes.length, options });
  return reader.finish(bytes.subarray(reader.push(bytes)));
}

const tookPairsForTuples = (error: unknown): boolean =>
  error instanceof Error && error.cause instanceof PairsArePlain;

const readerOf = (format: string, request: ReaderRequest): HistoryReader =>
  format === "auto" ? new DetectingReader(request) : formatNamed(format).open(request);
