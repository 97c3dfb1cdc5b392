import { badHistory, HarnessError } from "#core/errors";
import type { History } from "#core/history";
import { EventFeed, headerOf } from "./event-feed.ts";
import type { ReaderRequest } from "./format.ts";
import { type Cells, RowReader } from "./mapped-row.ts";
import { MAPPED_FIELDS, type MappedColumn, type MappedField, mappedColumns } from "./mapping.ts";
import { EventRows, OperationRows, type RowSink } from "./row-sinks.ts";

/** Bytes of a row, about. */
const BYTES_PER_ROW = 50;

/** Makes a history of the rows of a table, by the user's mapping or the table's own column names. */
export class TableReader {
  readonly #request: ReaderRequest;
  readonly #capacity: number;
  readonly #feed: EventFeed;
  #columns: readonly MappedColumn[] | undefined;
  #rows: RowReader | undefined;
  #sink: RowSink | undefined;

  constructor(request: ReaderRequest) {
    this.#request = request;
    this.#capacity = Math.ceil(request.expectedBytes / BYTES_PER_ROW);
    this.#feed = new EventFeed({
      source: request.source,
      header: headerOf(request.options.mapping?.objects),
      capacity: this.#capacity,
    });
  }

  /** Whether the columns are known. */
  get begun(): boolean {
    return this.#columns !== undefined;
  }

  /** The mapped columns among those that the table has. @throws HarnessError */
  begin(names: readonly string[], line: number): readonly MappedColumn[] {
    const { source, options } = this.#request;
    const given = Object.keys(options.mapping?.columns ?? {}).length > 0;
    const columns = given ? mappedColumns(options.mapping!) : ownColumns(names, source);
    const missing = columns.find(({ column }) => !names.includes(column));
    if (missing !== undefined) {
      throw badHistory({
        file: source,
        line,
        expected: `a column "${missing.column}", as the mapping has it; there are ${names.join(", ")}`,
      });
    }
    this.#columns = columns;
    this.#rows = new RowReader(columns, options.mapping, options.failedCas ?? "failure");
    const whole = columns.some(({ field }) => field === "start");
    this.#sink = whole ? new OperationRows(this.#feed, source, this.#capacity) : new EventRows(this.#feed);
    return columns;
  }

  /** @throws EventProblem */
  add(cells: Cells, line: number): void {
    const row = this.#rows?.read(cells, line);
    if (row !== undefined) this.#sink?.add(row);
  }

  warn(warning: string): void {
    this.#feed.warn(warning);
  }

  build(): History {
    return (this.#sink ?? this.#feed).build();
  }
}

/** Columns that bear the names of fields need no mapping. @throws HarnessError */
function ownColumns(names: readonly string[], source: string): MappedColumn[] {
  const own = names.filter((name) => MAPPED_FIELDS.includes(name as MappedField));
  try {
    return mappedColumns({
      columns: Object.fromEntries(own.map((name) => [name, name])),
      functions: {},
      statuses: {},
    });
  } catch (cause) {
    throw new HarnessError(
      "usage",
      `${source}: its columns ${names.slice(0, 20).join(", ")} do not tell what they hold`,
      { cause, hint: `name them with --map column=field,… (fields: ${MAPPED_FIELDS.join(", ")})` },
    );
  }
}
