import type { Columns, Shared } from "./columns.ts";
import { NONE } from "./history.ts";

/** Some rows with ids of their own for keys and values, so that judging it costs no more than it is long. */
export function selectRows(
  from: Columns,
  shared: Shared,
  order: Int32Array,
  kept?: ReadonlySet<number>,
): { readonly columns: Columns; readonly shared: Shared } {
  const { list, expected, observed, level, version } = from;
  const lists = selectLists(list, shared, order, kept);
  const used = [
    order.map((row) => from.value[row]!),
    lists.elements,
    picked(order, expected),
    picked(order, observed),
  ];
  const values = new Renumbering(used);
  const keys = new Renumbering([order.map((row) => from.key[row]!)]);
  const columns: Columns = {
    f: gather(order, from.f, new Uint8Array(order.length)),
    status: gather(order, from.status, new Uint8Array(order.length)),
    flags: gather(order, from.flags, new Uint8Array(order.length)),
    process: gather(order, from.process, new Int32Array(order.length)),
    session: gather(order, from.session, new Int32Array(order.length)),
    node: gather(order, from.node, new Int32Array(order.length)),
    key: keys.renumber(picked(order, from.key)),
    value: values.renumber(picked(order, from.value)),
    error: gather(order, from.error, new Int16Array(order.length)),
    invRank: gather(order, from.invRank, new Int32Array(order.length)),
    retRank: gather(order, from.retRank, new Int32Array(order.length)),
    invTime: gather(order, from.invTime, new Float64Array(order.length)),
    retTime: gather(order, from.retTime, new Float64Array(order.length)),
    list: list && lists.list,
    expected: expected && values.renumber(picked(order, expected)),
    observed: observed && values.renumber(picked(order, observed)),
    level: level && picked(order, level),
    version: version && gather(order, version, new Float64Array(order.length)),
  };
  const selected: Shared = {
    ...shared,
    keys: Array.from(keys.former, (key) => shared.keys[key]!),
    specs: Array.from(keys.former, (key) => shared.specs[key]!),
    listStart: lists.listStart,
    elements: values.renumber(lists.elements),
    values: {
      count: values.former.length,
      valueOf: (id) => shared.values.valueOf(values.former[id] ?? NONE),
      keyOf: (id) => keys.idOf(shared.values.keyOf(values.former[id]!)),
    },
  };
  return { columns, shared: selected };
}

/** The lists of the rows chosen, one after the other. */
function selectLists(
  list: Int32Array | undefined,
  { listStart, elements }: Shared,
  order: Int32Array,
  kept: ReadonlySet<number> | undefined,
): { list: Int32Array; listStart: Int32Array; elements: Int32Array } {
  const chosen = picked(order, list).filter((one) => one >= 0);
  const starts = [0];
  const parts: number[] = [];
  for (const one of chosen) {
    for (let i = listStart[one]!; i < listStart[one + 1]!; i++) {
      if (kept === undefined || kept.has(elements[i]!)) parts.push(elements[i]!);
    }
    starts.push(parts.length);
  }
  let next = 0;
  return {
    list: Int32Array.from(order, (row) => (list !== undefined && list[row] !== NONE ? next++ : NONE)),
    listStart: Int32Array.from(starts),
    elements: Int32Array.from(parts),
  };
}

/** New dense ids for those that some columns use, in the same order; NONE and ABSENT stay what they are. */
class Renumbering {
  /** By new id. */
  readonly former: Int32Array;
  readonly #ids: ReadonlyMap<number, number>;

  constructor(columns: readonly Int32Array[]) {
    const used = new Set<number>();
    for (const column of columns) for (const id of column) if (id >= 0) used.add(id);
    this.former = Int32Array.from(used).sort();
    this.#ids = new Map(Array.from(this.former, (id, i) => [id, i]));
  }

  idOf(former: number): number {
    return this.#ids.get(former) ?? former;
  }

  renumber(column: Int32Array): Int32Array {
    return column.map((id) => this.idOf(id));
  }
}

const picked = (rows: Int32Array, column: Int32Array | undefined): Int32Array =>
  column === undefined ? new Int32Array(0) : rows.map((row) => column[row]!);

function gather<T extends { [index: number]: number }>(rows: Int32Array, from: T, to: T): T {
  for (let i = 0; i < rows.length; i++) to[i] = from[rows[i]!]!;
  return to;
}
