import type { History } from "#core/history";
import type { Json } from "#core/json";
import { EventProblem } from "#core/raw-event";
import { refuseDeepJson } from "../depth.ts";
import { MAX_EVENT_BYTES } from "../carried-text.ts";
import { csvFields, separatorOf, turnsQuote } from "./csv-line.ts";
import type { ReaderRequest } from "./format.ts";
import type { MappedColumn, MappedField } from "./mapping.ts";
import { TableReader } from "./table-reader.ts";
import type { LineImporter } from "./text-lines.ts";

/** Fields whose cells may be numbers, lists and the like; the others are texts. */
const VALUES: ReadonlySet<MappedField> = new Set<MappedField>([
  "value",
  "expected",
  "observed",
  "version",
  "result",
]);

interface Source {
  readonly index: number;
  readonly isValue: boolean;
}

/** A table of comma-, semicolon- or tab-separated values, as RFC 4180 has it. */
export class CsvTable implements LineImporter {
  readonly #table: TableReader;
  readonly #numbered: boolean;
  #separator = ",";
  #width = 0;
  #sources: readonly Source[] = [];
  /** Lines of a record whose quote is open. */
  #pending: string[] = [];
  #pendingLength = 0;
  #pendingFrom = 0;

  constructor(request: ReaderRequest) {
    this.#table = new TableReader(request);
    const columns = Object.keys(request.options.mapping?.columns ?? {});
    this.#numbered = columns.length > 0 && columns.every((column) => /^[1-9]\d*$/.test(column));
  }

  line(text: string, line: number): void {
    const opens = turnsQuote(text) !== this.#pending.length > 0;
    if (this.#pending.length === 0) this.#pendingFrom = line;
    if (opens) {
      this.#pending.push(text);
      this.#pendingLength += text.length + 1;
      if (this.#pendingLength > MAX_EVENT_BYTES) throw this.#openQuote();
      return;
    }
    const record = this.#pending.length === 0 ? text : [...this.#pending, text].join("\n");
    this.#pending = [];
    this.#pendingLength = 0;
    if (record.trim() !== "") this.#record(record, this.#pendingFrom);
  }

  warn(warning: string): void {
    this.#table.warn(warning);
  }

  build(): History {
    if (this.#pending.length > 0) throw this.#openQuote();
    return this.#table.build();
  }

  #openQuote(): EventProblem {
    return new EventProblem(undefined, `an end of the quote that is open since line ${this.#pendingFrom}`);
  }

  #record(text: string, line: number): void {
    if (!this.#table.begun) this.#separator = separatorOf(text);
    const fields = csvFields(text, this.#separator);
    if (!this.#table.begun) {
      this.#begin(fields, line);
      if (!this.#numbered) return;
    }
    if (fields.length !== this.#width) {
      throw new EventProblem(
        undefined,
        `${this.#width} fields, as in the first line, but there are ${fields.length}`,
      );
    }
    this.#table.add(
      this.#sources.map(({ index, isValue }) => cellOf(fields[index] ?? "", isValue)),
      line,
    );
  }

  #begin(fields: readonly string[], line: number): void {
    const names = this.#numbered ? fields.map((_, at) => String(at + 1)) : fields;
    this.#width = names.length;
    this.#sources = this.#table.begin(names, line).map(
      ({ column, field }: MappedColumn): Source => ({
        index: names.indexOf(column),
        isValue: VALUES.has(field),
      }),
    );
  }
}

/** An empty cell is nothing; a cell of a value is JSON if it reads as such, else a text. */
function cellOf(text: string, isValue: boolean): Json | undefined {
  if (text === "") return undefined;
  return isValue ? jsonOrText(text) : text;
}

function jsonOrText(text: string): Json {
  if (/^-?\d{1,15}$/.test(text)) return /^-?0\d/.test(text) ? text : Number(text);
  if (!/^[-\d[{"tfn]/.test(text) || /^-?\d{16,}$/.test(text)) return text;
  refuseDeepJson(text);
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    if (error instanceof SyntaxError) return text;
    throw error;
  }
}
