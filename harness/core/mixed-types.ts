import { HarnessError } from "./errors.ts";
import { NONE, STATUS } from "./history.ts";
import { VALUE_AT_INVOCATION } from "./object-specs.ts";
import { FUNCTIONS } from "./functions.ts";
import type { RowColumns } from "./row-columns.ts";
import type { ValueTable } from "./value-table.ts";

const WRITES = Uint8Array.from(FUNCTIONS, (f) => (VALUE_AT_INVOCATION.has(f) ? 1 : 0));

/**
 * Refuses a history that reads "1" where only 1 was written, or the other way round: its recorder lost the type, and every
 * verdict on it would be about the recorder. A history that writes both keeps them apart.
 * @throws HarnessError `bad-history`
 */
export function refuseMixedTypes(
  source: string,
  rows: RowColumns,
  values: ValueTable,
  keys: readonly string[],
): void {
  if (!values.hasOthers) return;
  const written = new Uint8Array(values.count);
  for (let row = 0; row < rows.length; row++) {
    if (WRITES[rows.f[row]!] === 1 && rows.value[row] !== NONE) written[rows.value[row]!] = 1;
  }
  const refuseUnwritten = (row: number, id: number): void => {
    if (id === NONE || written[id] === 1) return;
    const twin = twinOf(id, values);
    if (twin === NONE || written[twin] !== 1) return;
    const [got, wrote] = [JSON.stringify(values.valueOf(id)), JSON.stringify(values.valueOf(twin))];
    const object = keys[values.keyOf(id)] === "" ? "the object" : `the key "${keys[values.keyOf(id)]}"`;
    throw new HarnessError(
      "bad-history",
      `${source}: the operation of index ${rows.invRank[row]}: field "value": expected values of one type: ${object} was read as ${got}, but ${wrote} was written`,
    );
  };
  for (let row = 0; row < rows.length; row++) {
    if (WRITES[rows.f[row]!] === 1 || rows.status[row] !== STATUS.ok) continue;
    refuseUnwritten(row, rows.value[row]!);
    for (const id of rows.listOf(row)) refuseUnwritten(row, id);
  }
}

/** The number that reads like a text, or the text that reads like a number; NONE if no such value is known. */
function twinOf(id: number, values: ValueTable): number {
  const value = values.valueOf(id);
  const key = values.keyOf(id);
  if (typeof value === "number") return values.find(key, String(value));
  if (typeof value !== "string" || value === "") return NONE;
  const number = Number(value);
  return String(number) === value ? values.find(key, number) : NONE;
}
