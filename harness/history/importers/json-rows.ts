import type { History } from "#core/history";
import type { Json } from "#core/json";
import { EventProblem } from "#core/raw-event";
import { refuseDeepJson } from "../depth.ts";
import type { ReaderRequest } from "./format.ts";
import type { MappedColumn } from "./mapping.ts";
import { TableReader } from "./table-reader.ts";
import type { LineImporter } from "./text-lines.ts";

type JsonObject = Readonly<Record<string, Json>>;

/** A number with so many digits may be one that `number` does not hold. */
const LONG_NUMBER = /\d{16}/;

/** One JSON object per line, with fields named by somebody else; `a.b` reaches into objects. */
export class JsonRows implements LineImporter {
  readonly #table: TableReader;
  readonly #mapped: readonly string[];
  #columns: readonly MappedColumn[] = [];

  constructor(request: ReaderRequest) {
    this.#table = new TableReader(request);
    this.#mapped = Object.keys(request.options.mapping?.columns ?? {});
  }

  line(text: string, line: number): void {
    if (text.trim() === "") return;
    const row = parsed(text);
    if (!this.#table.begun) {
      // Rows may leave fields out: what the mapping names counts as there.
      this.#columns = this.#table.begin([...new Set([...Object.keys(row), ...this.#mapped])], line);
    }
    this.#table.add(
      this.#columns.map(({ column }) => at(row, column)),
      line,
    );
  }

  warn(warning: string): void {
    this.#table.warn(warning);
  }

  build(): History {
    return this.#table.build();
  }
}

/** @throws EventProblem */
function parsed(text: string): JsonObject {
  refuseDeepJson(text);
  let json: Json;
  try {
    json = (LONG_NUMBER.test(text) ? JSON.parse(text, exact as Reviver) : JSON.parse(text)) as Json;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new EventProblem(undefined, `one JSON object on the line (${error.message})`);
  }
  if (json === null || typeof json !== "object" || Array.isArray(json)) {
    throw new EventProblem(undefined, "one JSON object on the line");
  }
  return json as JsonObject;
}

type Reviver = (key: string, value: Json) => Json;

/** Integers beyond 2^53 as decimal strings. */
function exact(_key: string, value: Json, { source }: { readonly source?: string } = {}): Json {
  const isInexact = typeof value === "number" && Number.isInteger(value) && !Number.isSafeInteger(value);
  return isInexact && source !== undefined ? source : value;
}

function at(row: JsonObject, path: string): Json | undefined {
  if (Object.hasOwn(row, path)) return row[path];
  let json: Json | undefined = row;
  for (const name of path.split(".")) {
    if (json === null || typeof json !== "object" || !Object.hasOwn(json, name)) return undefined;
    json = (json as JsonObject)[name];
  }
  return json;
}
