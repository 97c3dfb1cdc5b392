import { FLAG, type History, NONE, STATUS } from "#core/history";
import { FUNCTIONS } from "#core/functions";
import { SECOND } from "#core/units";
import { differences, encodeVarints } from "../columns.ts";
import { MAX_TEXT, printable, printableValue } from "../printable.ts";
import type { Timeline } from "../schema.ts";
import { count } from "../words.ts";
import { lanesOf } from "./lanes.ts";
import { endOf, type Span } from "./times.ts";

/** More operations than this make a page that is slow to open: the rest is thinned out. */
const MAX_OPERATIONS = 1_000_000;
/** A run longer than this is drawn in microseconds: finer steps would only make the file larger. */
const FINE_BELOW = 2 * SECOND;
const MAX_NAME = 60;
/** Up to so many operations, the values of all of them are in the report. */
const VALUES_OF_ALL = 20_000;
/** Around the witnesses, so many operations have theirs in any case. */
const NEIGHBOURS = 1_000;
/** Texts of values beyond this many characters in all are left out. */
const MAX_VALUE_CHARACTERS = 400_000;

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
  const values = valueTexts(history, rows, witnesses);
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
    valuesLeftOut: values.leftOut,
    encoding: "plain",
    columns: {
      index: packed(differences(column((row) => history.invRank[row] as number))),
      lane: packed(lane),
      process: packed(column((row) => (history.process[row] as number) - lanes.laneOf(row))),
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
  const share = Math.min(1, room / Math.max(1, others));
  let seen = 0;
  const isNext = (): boolean => Math.floor(++seen * share) > Math.floor((seen - 1) * share);
  return all.filter((row) => matters(row) || isNext()).subarray(0, MAX_OPERATIONS);
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

/**
 * What operations wrote or returned, as text; equal texts share an entry. All of them where that takes little room, else those
 * of witnesses and of what is near them.
 */
function valueTexts(history: History, rows: Int32Array, witnesses: ReadonlySet<number>): ValueTexts {
  const all = rows.length <= VALUES_OF_ALL ? textsOf(history, rows, () => true) : undefined;
  if (all !== undefined && all.leftOut === 0) return all;
  const near = neighbours(rows, witnesses);
  return textsOf(history, rows, (place) => near.has(place));
}

interface ValueTexts {
  readonly texts: readonly string[];
  readonly column: Float64Array;
  readonly leftOut: number;
}

function textsOf(history: History, rows: Int32Array, isWanted: (place: number) => boolean): ValueTexts {
  const table = new TextTable();
  const column = new Float64Array(rows.length).fill(NONE);
  let leftOut = 0;
  for (const [place, row] of rows.entries()) {
    if (!hasValue(history, row)) continue;
    if (isWanted(place)) column[place] = table.idOf(valueText(history, row));
    if (column[place] === NONE) leftOut++;
  }
  return { texts: table.texts, column, leftOut };
}

const isRead = (history: History, row: number): boolean => FUNCTIONS[history.f[row] as number] === "read";

const isList = (history: History, row: number): boolean => ((history.flags[row] as number) & FLAG.list) !== 0;

function hasValue(history: History, row: number): boolean {
  if (isRead(history, row)) return history.status[row] === STATUS.ok;
  return isList(history, row) || history.value[row] !== NONE;
}

function valueText(history: History, row: number): string {
  if (!isList(history, row)) {
    const id = history.value[row] as number;
    return id === NONE ? "null" : printableValue(history.valueOf(id), MAX_TEXT);
  }
  const { value } = history.operation(row);
  return Array.isArray(value)
    ? printableValue(value, MAX_TEXT)
    : `[${count(history.elementsOf(row).length, "element")}]`;
}

/** Places of the witnesses, and the nearest others around them: a thousand in all. */
function neighbours(rows: Int32Array, witnesses: ReadonlySet<number>): ReadonlySet<number> {
  const places = [...rows.keys()].filter((place) => witnesses.has(rows[place] as number));
  const near = new Set(places);
  const most = Math.min(rows.length, places.length + NEIGHBOURS);
  for (let distance = 1; places.length > 0 && near.size < most; distance++) {
    for (const place of places) {
      for (const other of [place - distance, place + distance]) {
        if (other >= 0 && other < rows.length && near.size < most) near.add(other);
      }
    }
  }
  return near;
}

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
