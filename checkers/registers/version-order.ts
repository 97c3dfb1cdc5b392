import { ABSENT, type History, NEVER, NONE, STATUS } from "#core/history";
import type { Json } from "#core/json";
import { once } from "../once.ts";
import { valueWords } from "../words.ts";
import { readBy, writtenBy } from "./access.ts";
import { hasRealTime, type RegisterValues, registerValues, SOURCE } from "./register-values.ts";

/**
 * What is certain of the version order of each key: version u precedes version w if `upper[u] < lower[w]`. By value id; the
 * initial state is before everything (`BEFORE_ALL`).
 *
 * - `value` and `version`: both bounds are the position in the order, which is total.
 * - `single-writer`: the order is that of the writer's session, but an indefinite write may take effect after the writes
 *   that follow it. So `lower` is its invocation and `upper` the rank before which it certainly was written.
 */
export interface VersionOrders {
  readonly upper: Float64Array;
  readonly lower: Float64Array;
  /** By value id: the first operation that told the value's version, or NONE. */
  readonly toldBy: Int32Array;
  /** By key id: why its order is not known. */
  readonly problems: ReadonlyMap<number, string>;
  /** Keys whose values can be traced but whose order nothing tells. */
  readonly orderless: ReadonlySet<number>;
  /** By key id: why some of its versions could not be placed. What was placed is right. */
  readonly gaps: ReadonlyMap<number, string>;
}

export const BEFORE_ALL = Number.NEGATIVE_INFINITY;
/** Of a value whose place is not known: certainly after the initial state, and that is all. */
const UNPLACED = { upper: Number.POSITIVE_INFINITY, lower: -Number.MAX_VALUE };

export const versionOrders: (history: History) => VersionOrders = once(derive);

function derive(history: History): VersionOrders {
  const values = registerValues(history);
  const orders = {
    upper: new Float64Array(history.valueCount).fill(UNPLACED.upper),
    lower: new Float64Array(history.valueCount).fill(UNPLACED.lower),
    toldBy: new Int32Array(history.valueCount).fill(NONE),
    problems: new Map(values.problems),
    orderless: new Set<number>(),
    gaps: new Map<number, string>(),
  };
  const kinds = history.keys.map((_, key) => history.objectOf(key).order);
  history.keys.forEach((_, key) => {
    if (values.isRegister[key] === 1 && (kinds[key] === "unknown" || kinds[key] === "append")) {
      if (!values.problems.has(key)) orders.orderless.add(key);
      addProblem(orders, key, "its version order is not known");
    }
  });
  if (kinds.includes("single-writer")) {
    requireSingleWriters(history, values, orders);
    placeBySession(history, values, orders);
  }
  if (kinds.includes("value")) placeBy(history, values, orders, "value", valuePositions(history, values));
  if (kinds.includes("version"))
    placeBy(history, values, orders, "version", versionPositions(history, values, orders));
  for (let value = 0; value < history.valueCount; value++) {
    if (values.writer[value] !== SOURCE.initial) continue;
    orders.upper[value] = BEFORE_ALL;
    orders.lower[value] = BEFORE_ALL;
  }
  return orders;
}

/**
 * Whether one version of a key certainly precedes another: only the initial one does where nothing tells the order, whatever
 * `versionOrders` derives from the orders of other keys. By value ids; false for anything else.
 */
export function precedes(history: History, one: number, other: number): boolean {
  if (one < 0 || other < 0) return false;
  const { order } = history.objectOf(history.keyOfValue(one));
  if (order === "unknown" || order === "append") {
    const { writer } = registerValues(history);
    return writer[one] === SOURCE.initial && writer[other] !== SOURCE.initial;
  }
  const { upper, lower } = versionOrders(history);
  return upper[one]! < lower[other]!;
}

type Draft = VersionOrders & {
  readonly problems: Map<number, string>;
  readonly orderless: Set<number>;
  readonly gaps: Map<number, string>;
};

function addProblem({ problems }: Draft, key: number, problem: string): void {
  if (!problems.has(key)) problems.set(key, problem);
}

function requireSingleWriters(history: History, { isRegister }: RegisterValues, orders: Draft): void {
  const writerOf = new Int32Array(history.keys.length).fill(NONE);
  for (let row = 0; row < history.length; row++) {
    const key = history.key[row]!;
    if (key === NONE || isRegister[key] === 0 || writtenBy(history, row) === ABSENT) continue;
    const session = history.session[row]!;
    if (writerOf[key] === NONE) writerOf[key] = session;
    else if (writerOf[key] !== session && history.objectOf(key).order === "single-writer") {
      const names = [writerOf[key]!, session].map((id) => history.sessionNames[id]).join(" and ");
      addProblem(orders, key, `the header says single-writer, but sessions ${names} wrote it`);
    }
  }
}

function placeBySession(
  history: History,
  { writer, earliest }: RegisterValues,
  { upper, lower }: Draft,
): void {
  for (let value = 0; value < history.valueCount; value++) {
    const row = writer[value]!;
    if (row < 0) continue;
    upper[value] = hasRealTime(history) ? earliest[value]! : history.retRank[row]!;
    lower[value] = history.invRank[row]!;
  }
}

interface Placed {
  readonly value: number;
  readonly position: Integer;
}

/** Compared with `<`, which is exact between the two. */
type Integer = number | bigint;

/** Ranks the values of the keys of one order by their positions, overwriting what was there. */
function placeBy(
  history: History,
  { isRegister, earliest }: RegisterValues,
  orders: Draft,
  order: "value" | "version",
  positions: ReadonlyMap<number, Json>,
): void {
  const byKey = new Map<number, Placed[]>();
  for (let value = 0; value < history.valueCount; value++) {
    const key = history.keyOfValue(value);
    if (key === NONE || isRegister[key] === 0 || history.objectOf(key).order !== order) continue;
    orders.upper[value] = UNPLACED.upper;
    orders.lower[value] = UNPLACED.lower;
    const position = positions.get(value);
    if (position === undefined) {
      if (earliest[value] === NEVER) continue;
      orders.gaps.set(key, `${valueWords(history.valueOf(value))} has no ${order}`);
      continue;
    }
    const integer = integerOf(position);
    if (integer === undefined) {
      addProblem(orders, key, `${valueWords(position)} is no integer, so its ${order} order is not known`);
      continue;
    }
    const placed = byKey.get(key) ?? [];
    placed.push({ value, position: integer });
    byKey.set(key, placed);
  }
  for (const [key, placed] of byKey) rank(history, orders, key, order, placed);
}

function rank(history: History, orders: Draft, key: number, order: string, placed: Placed[]): void {
  placed.sort((a, b) => (a.position < b.position ? -1 : a.position > b.position ? 1 : 0));
  placed.forEach(({ value, position }, i) => {
    const before = placed[i - 1];
    if (before !== undefined && !(before.position < position)) {
      const both = [before.value, value].map((id) => valueWords(history.valueOf(id))).join(" and ");
      addProblem(orders, key, `${order} ${position} stands for ${both}`);
    }
    orders.upper[value] = i;
    orders.lower[value] = i;
  });
}

/** An integer or a string of one; larger than a `number` can hold exactly, too. */
function integerOf(position: Json): Integer | undefined {
  if (typeof position === "number") return Number.isInteger(position) ? position : undefined;
  return typeof position === "string" && /^-?\d+$/.test(position) ? BigInt(position) : undefined;
}

/** `value` order: each value that was written is its own position. */
function valuePositions(history: History, { writer }: RegisterValues): ReadonlyMap<number, Json> {
  const positions = new Map<number, Json>();
  for (let value = 0; value < history.valueCount; value++) {
    if (writer[value]! >= 0) positions.set(value, history.valueOf(value));
  }
  return positions;
}

/** `version` order: each value has the version that its write and its reads were told. */
function versionPositions(
  history: History,
  { isRegister, writer }: RegisterValues,
  orders: Draft,
): ReadonlyMap<number, Json> {
  const positions = new Map<number, Json>();
  for (let row = 0; row < history.length; row++) {
    const key = history.key[row]!;
    if (key === NONE || isRegister[key] === 0 || history.status[row] !== STATUS.ok) continue;
    const version = history.versionOf(row);
    const written = writtenBy(history, row);
    const value = written >= 0 ? written : readBy(history, row);
    if (version === undefined || value < 0 || writer[value]! < 0) continue;
    const known = positions.get(value);
    if (known === undefined) {
      positions.set(value, version);
      orders.toldBy[value] = row;
    } else if (String(integerOf(known)) !== String(integerOf(version))) {
      addProblem(
        orders,
        key,
        `${valueWords(history.valueOf(value))} was told with versions ${valueWords(known)} and ${valueWords(version)}`,
      );
    }
  }
  return positions;
}
