import type { Json } from "#core/json";
import { COUNTS_DOWN, FunctionNames } from "./functions.ts";
import { EVENT_TYPES, FUNCTIONS } from "#core/functions";
import { EVENT, EventProblem } from "#core/raw-event";
import { type ImportedEvent, importedEvent } from "./event-feed.ts";
import type { MappedColumn, MappedField, Mapping } from "./mapping.ts";
import { RelativeTime } from "./mapped-time.ts";
import type { FailedCas } from "./options.ts";
import { ProcessIds } from "./process-ids.ts";

/** One row of a table: an event, or a whole operation whose event is that of its completion. */
export interface MappedRow {
  readonly line: number;
  readonly event: ImportedEvent;
  /** Whether the row names its process. */
  readonly hasProcess: boolean;
  readonly start: number | undefined;
  readonly end: number | undefined;
}

/** What one row holds in the mapped columns, in their order; undefined: nothing. */
export type Cells = readonly (Json | undefined)[];

/** Words for types and states that leave no doubt. */
const STATUSES: Readonly<Record<string, (typeof EVENT_TYPES)[number]>> = {
  invoke: "invoke",
  ok: "ok",
  success: "ok",
  fail: "fail",
  info: "info",
  timeout: "info",
  unknown: "info",
  error: "info",
};

/** Understands the rows of a table by its mapping. */
export class RowReader {
  readonly #columns: readonly MappedColumn[];
  readonly #statuses: Readonly<Record<string, (typeof EVENT_TYPES)[number]>>;
  readonly #functions: FunctionNames;
  readonly #failedCas: FailedCas;
  readonly #processes = new ProcessIds();
  readonly #time = new RelativeTime();
  readonly #cells = new Map<MappedField, Json>();

  constructor(columns: readonly MappedColumn[], mapping: Mapping | undefined, failedCas: FailedCas) {
    this.#columns = columns;
    this.#functions = new FunctionNames(mapping?.functions, FUNCTIONS);
    this.#statuses = { ...STATUSES, ...mapping?.statuses };
    this.#failedCas = failedCas;
  }

  /** Undefined: an operation to skip. @throws EventProblem */
  read(cells: Cells, line: number): MappedRow | undefined {
    this.#cells.clear();
    this.#columns.forEach(({ field }, at) => {
      const cell = cells[at];
      if (cell !== undefined && cell !== null) this.#cells.set(field, cell);
    });
    const name = this.#text("f");
    if (name === undefined) throw new EventProblem("f", "the function of the operation");
    const f = this.#functions.find(name);
    if (f === "skip") return undefined;
    const end = this.#timeOf("end");
    const event = importedEvent(0, this.#status(end), f, this.#value(name));
    this.#fill(event);
    if (f === "cas") this.#compareAndSet(event);
    return { line, event, hasProcess: this.#cells.has("process"), start: this.#timeOf("start"), end };
  }

  #fill(event: ImportedEvent): void {
    const process = this.#text("process");
    if (process !== undefined) event.process = this.#processes.of(process);
    event.session = this.#text("session") ?? process;
    event.key = this.#text("key");
    event.node = this.#text("node");
    event.level = this.#text("level");
    event.error = this.#text("error");
    event.version = this.#cells.get("version");
    event.observed = this.#cells.get("observed");
    event.result = this.#result();
    event.time = this.#timeOf("time");
  }

  #value(name: string): Json {
    const value = this.#cells.get("value") ?? null;
    if (this.#cells.has("expected")) return [this.#cells.get("expected") ?? null, value];
    return COUNTS_DOWN.has(name.toLowerCase()) && typeof value === "number" ? 0 - value : value;
  }

  /** A swap without an expected value expected null: its cell is empty. */
  #compareAndSet(event: ImportedEvent): void {
    const splits = this.#columns.some(({ field }) => field === "expected");
    if (splits && !this.#cells.has("expected")) event.value = [null, event.value ?? null];
    if (event.type === EVENT.fail && this.#failedCas === "observation" && event.error === undefined) {
      event.type = EVENT.ok;
      event.result = false;
    }
    if (event.type === EVENT.ok) event.result ??= true;
  }

  #status(end: number | undefined): number {
    const word = this.#text("type") ?? this.#text("status");
    if (word === undefined) {
      if (this.#columns.some(({ field }) => field === "type"))
        throw new EventProblem("type", "invoke, ok, fail or info");
      return end === undefined ? EVENT.info : EVENT.ok;
    }
    const status = this.#statuses[word] ?? this.#statuses[word.toLowerCase()];
    if (status !== undefined) return EVENT_TYPES.indexOf(status);
    throw new EventProblem(
      "status",
      `one of ${Object.keys(this.#statuses).join(", ")}, but it is "${word}"; "statuses" in a mapping file says whether that is ok, fail (it certainly did not happen) or info (nobody knows)`,
    );
  }

  #result(): boolean | undefined {
    const cell = this.#cells.get("result");
    if (cell === undefined || typeof cell === "boolean") return cell;
    if (cell === 1 || cell === 0) return cell === 1;
    throw new EventProblem("result", "true or false");
  }

  #timeOf(field: "start" | "end" | "time"): number | undefined {
    const text = this.#text(field);
    if (text === undefined) return undefined;
    return this.#time.of(text, this.#columns.find((column) => column.field === field)?.unit ?? "ns", field);
  }

  #text(field: MappedField): string | undefined {
    const cell = this.#cells.get(field);
    if (cell === undefined || typeof cell === "string") return cell;
    return typeof cell === "object" ? JSON.stringify(cell) : String(cell);
  }
}
