import type { ObjectSpec } from "#core/operation";
import type { HistoryReader } from "../history-reader.ts";
import type { FormatName } from "./format-names.ts";
import type { ImportOptions } from "./options.ts";

export interface ReaderRequest {
  /** Where the history comes from, for messages. */
  readonly source: string;
  readonly expectedBytes: number;
  readonly options: ImportOptions;
  /** What the keys hold, where the format says so. */
  readonly objects?: readonly ObjectSpec[] | undefined;
}

/** A format that histories come in. */
export interface Format {
  readonly name: FormatName;
  /** Other names under which people ask for it. */
  readonly aliases?: readonly string[];
  readonly summary: string;
  /** Whether a file that begins with this text, from its first byte that is no white space, is of this format. */
  recognises(start: string, options: ImportOptions): boolean;
  open(request: ReaderRequest): HistoryReader;
}
