import { FLAG, type History, NONE, STATUS } from "#core/history";
import type { Json } from "#core/json";
import { FUNCTIONS } from "#core/operation";
import { SECOND } from "#core/units";
import { differences, encodeVarints } from "../columns.ts";
import { printable, printableValue } from "../printable.ts";
import type { Timeline } from "../schema.ts";
import { count } from "../words.ts";
import { lanesOf } from "./lanes.ts";
import { endOf, type Span } from "./times.ts";

/** More operations than this make a page that is slow to open: the rest is thinned out. */
const MAX_OPERATIONS = 1_000_000;
/** A run longer than this is drawn in microseconds: finer steps would only make the file larger. */
const FINE_BELOW = 2 * SECOND;
const MAX_NAME = 60;
const MAX_LABEL = 48;
/** Texts of values beyond this many characters in all are left out. */
const MAX_VALUE_CHARACTERS = 8_000_000;

/** Bits of the `flags` column: two for the status, then these. */
export const TIMELINE_FLAG = { final: 4 } as const;

/**
 * All operations as columns, in order of invocation: `index` event index (differences), `lane`, `process` minus lane,
 * `start` in units (differences), `duration` in units plus one (0: never completed), `f`, `flags`, `key`, `node`, `value`
 * (index into the values, differences), `error`. Absent keys, nodes, values and errors are -1.
 */
export function timelineOf(
  history: History,
  span: Span,
  witnesses: ReadonlySet<number>,
): Timeline | undefined {
  if (history.length === 0) return undefined;
  const rows = drawnRows(history, witnesses);
  const unit = span.timed && span.to - span.from > FINE_BELOW ? 1_000 : 1;
  const lanes = lanesOf(history);
  const values = valueTexts(history, rows);
  const functions = [...new Set(history.f)];
  const column = (of: (row: number) => number): Float64Array => Float64Array.from(rows, of);
  const lane = column((row) => lanes.laneOf(row));
  return {
    axis: span.timed ? "time" : "order",
    count: rows.length,
    leftOut: history.length - rows.length,
    unit,
    lanes: [...lanes.names],
    functions: functions.map((f) => FUNCTIONS[f] ?? "?"),
    keys: history.keys.map((key) => printable(key, MAX_NAME)),
    nodes: history.nodeNames.map((node) => printable(node, MAX_NAME)),
    errors: history.errorCodes.map((code) => printable(code, MAX_NAME)),
    values: base64(new TextEncoder().encode(JSON.stringify(values.texts))),
    encoding: "plain",
    columns: {
      index: packed(differences(column((row) => history.invRank[row] as number))),
      lane: packed(lane),
      process: packed(column((row) => (history.process[row] as number) - (lane[row] as number))),
      start: packed(differences(column((row) => Math.round(startOf(history, row, span) / unit)))),
      duration: packed(column((row) => durationOf(history, row, span, unit))),
      f: packed(column((row) => functions.indexOf(history.f[row] as number))),
      flags: packed(column((row) => flagsOf(history, row))),
      key: packed(column((row) => history.key[row] as number)),
      node: packed(column((row) => history.node[row] as number)),
      value: packed(differences(values.column)),
      error: packed(column((row) => history.error[row] as number)),
    },
    witnesses: [...rows.entries()].filter(([, row]) => witnesses.has(row)).map(([place]) => place),
  };
}

/**
 * The rows to draw, in order: all of them, or, of too many, an even choice of the successful ones beside everything that
 * did not succeed or proves something.
 */
function drawnRows(history: History, witnesses: ReadonlySet<number>): Int32Array {
  const all = Int32Array.from({ length: history.length }, (_, row) => row);
  if (history.length <= MAX_OPERATIONS) return all;
  const matters = (row: number): boolean => history.status[row] !== STATUS.ok || witnesses.has(row);
  const others = all.reduce((sum, row) => sum + (matters(row) ? 0 : 1), 0);
  const room = Math.max(0, MAX_OPERATIONS - (history.length - others));
  const step = Math.max(1, Math.ceil(others / Math.max(1, room)));
  let seen = 0;
  return all.filter((row) => matters(row) || seen++ % step === 0).subarray(0, MAX_OPERATIONS);
}

const startOf = (history: History, row: number, span: Span): number =>
  (span.timed ? history.invTime[row] : history.invRank[row]) as number;

function durationOf(history: History, row: number, span: Span, unit: number): number {
  const end = endOf(history, row);
  if (end === undefined) return 0;
  if (!span.timed)
    return history.status[row] === STATUS.info
      ? 1
      : (history.retRank[row] as number) - (history.invRank[row] as number) + 1;
  return Math.max(0, Math.round((end - (history.invTime[row] as number)) / unit)) + 1;
}

const flagsOf = (history: History, row: number): number =>
  (history.status[row] as number) |
  (((history.flags[row] as number) & FLAG.final) !== 0 ? TIMELINE_FLAG.final : 0);

const packed = (values: ArrayLike<number>): string => base64(encodeVarints(values));

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64");

/** What each operation wrote or returned, as text; equal texts share an entry. */
function valueTexts(history: History, rows: Int32Array): { texts: readonly string[]; column: Float64Array } {
  const table = new TextTable();
  const known = new Int32Array(history.valueCount).fill(NONE);
  const column = new Float64Array(rows.length);
  for (const [place, row] of rows.entries()) {
    const isRead = FUNCTIONS[history.f[row] as number] === "read";
    const id = history.value[row] as number;
    if (isRead && history.status[row] !== STATUS.ok) column[place] = NONE;
    else if (((history.flags[row] as number) & FLAG.list) !== 0) {
      column[place] = table.idOf(`[${count(history.elementsOf(row).length, "element")}]`);
    } else if (id === NONE) column[place] = isRead ? table.idOf("null") : NONE;
    else {
      if (known[id] === NONE) known[id] = table.idOf(label(history.valueOf(id)));
      column[place] = known[id] as number;
    }
  }
  return { texts: table.texts, column };
}

const label = (value: Json): string =>
  typeof value === "number" ? String(value) : printableValue(value, MAX_LABEL);

/** Distinct texts by id, until there are too many. */
class TextTable {
  readonly texts: string[] = [];
  readonly #ids = new Map<string, number>();
  #characters = 0;

  /** NONE for a text that found no room. */
  idOf(text: string): number {
    const known = this.#ids.get(text);
    if (known !== undefined) return known;
    if (this.#characters > MAX_VALUE_CHARACTERS) return NONE;
    this.#characters += text.length;
    this.#ids.set(text, this.texts.length);
    return this.texts.push(text) - 1;
  }
}
