import { FLAG, NONE, STATUS } from "./history.ts";
import { FUNCTIONS } from "./functions.ts";
import type { ObjectSpec, ObjectType } from "./operation.ts";
import type { RowColumns } from "./row-columns.ts";
import type { ValueTable } from "./value-table.ts";

const READ = FUNCTIONS.indexOf("read");
const ADD = FUNCTIONS.indexOf("add");
const INCREMENT = FUNCTIONS.indexOf("increment");

interface Keys {
  /** By key id: the header's entry; such keys are left alone. */
  readonly specs: readonly (ObjectSpec | undefined)[];
  /** By key id: the type that its operations suggest. Corrected here. */
  readonly inferred: (ObjectType | undefined)[];
}

/**
 * What reads returned tells types that operations alone do not: what is added to counts if it reads as a number, and what
 * is only read holds a map if it reads as an object (accounts between which is transferred).
 */
export function settleTypes(rows: RowColumns, values: ValueTable, { specs, inferred }: Keys): void {
  const isOpen = specs.map((spec, key) => {
    const type = inferred[key];
    return spec === undefined && (type === undefined || type === "set");
  });
  if (!isOpen.includes(true)) return;
  const counts = new Set<number>();
  for (let row = 0; row < rows.length; row++) {
    const key = rows.key[row]!;
    const value = rows.value[row]!;
    if (isOpen[key] !== true || rows.f[row] !== READ || rows.status[row] !== STATUS.ok || value === NONE)
      continue;
    if ((rows.flags[row]! & FLAG.list) !== 0) continue;
    const read = values.valueOf(value);
    if (inferred[key] === "set" && typeof read === "number") counts.add(key);
    if (inferred[key] === undefined && typeof read === "object") inferred[key] = "map";
  }
  if (counts.size === 0) return;
  for (const key of counts) inferred[key] = "counter";
  for (let row = 0; row < rows.length; row++) {
    if (rows.f[row] === ADD && counts.has(rows.key[row]!)) rows.f[row] = INCREMENT;
  }
}
