import { ABSENT, type History, NEVER, NONE, STATUS } from "#core/history";
import { isFinal, readBy, sawOnlyAbsence, writtenBy } from "../registers/access.ts";
import { type RegisterValues, registerValues, SOURCE } from "../registers/register-values.ts";
import { once } from "../once.ts";
import { plural } from "../words.ts";
import { type Lanes, layLanes } from "./lanes.ts";

/** Codes in place of a writer in `readsFrom`. */
export const INITIAL = -1;
export const NO_READ = -2;

/**
 * The operations on registers of all keys that certainly took effect, as nodes in order of invocation: successful ones, and
 * indefinite ones that a successful one depends on. A compare-and-set is a read and a write in one. Dropped, for nothing
 * follows from them: other indefinite writes, final reads, reads that no single write explains.
 */
export interface OperationGraph extends Lanes {
  readonly history: History;
  readonly count: number;
  /** By node: its row. */
  readonly rows: Int32Array;
  readonly key: Int32Array;
  readonly writes: Uint8Array;
  /** By node: the node it read from, INITIAL, or NO_READ. */
  readonly readsFrom: Int32Array;
  /** By node: the node that shows that this indefinite operation took effect; NONE for successful ones. */
  readonly supporter: Int32Array;
  /** How many nodes read something. */
  readonly reads: number;
  /** By key: why the absence of a violation would prove nothing. */
  readonly undecided: ReadonlyMap<number, string>;
}

export const operationGraph: (history: History) => OperationGraph = once(build);

export const isIndefinite = (graph: OperationGraph, node: number): boolean => graph.supporter[node] !== NONE;

function build(history: History): OperationGraph {
  const values = registerValues(history);
  const undecided = new Map<number, string>();
  const supporterRow = findSupported(history, values);
  const nodeOf = new Int32Array(history.length).fill(NONE);
  const rows = new Int32Array(history.length);
  let count = 0;
  for (let row = 0; row < history.length; row++) {
    if (!isRegisterRow(history, values, row)) continue;
    const problem =
      values.strangeNull[history.key[row]!] === 1 ? undefined : values.problems.get(history.key[row]!);
    if (history.status[row] === STATUS.ok) {
      if (problem !== undefined) undecided.set(history.key[row]!, problem);
      else if (sawOnlyAbsence(history, row))
        undecided.set(history.key[row]!, "a refused compare-and-set did not tell the value it found");
    }
    if (problem !== undefined) continue;
    const counts = history.status[row] === STATUS.ok ? sawOrWrote(history, row) : supporterRow[row] !== NONE;
    if (counts) {
      nodeOf[row] = count;
      rows[count++] = row;
    }
  }
  const used = rows.slice(0, count);
  const readsFrom = new Int32Array(count);
  const supporter = new Int32Array(count).fill(NONE);
  const writes = new Uint8Array(count);
  let reads = 0;
  const untraced = new Map<number, number>();
  for (let node = 0; node < count; node++) {
    const row = used[node]!;
    writes[node] = writtenBy(history, row) === ABSENT ? 0 : 1;
    if (supporterRow[row] !== NONE) supporter[node] = nodeOf[supporterRow[row]!]!;
    const from = sourceOf(history, values, nodeOf, row);
    readsFrom[node] = from === UNTRACED || from === AMBIGUOUS ? NO_READ : from;
    if (from !== NO_READ) reads++;
    if (from === AMBIGUOUS) undecided.set(history.key[row]!, "a read of null may have seen a deletion");
    if (from === UNTRACED) untraced.set(history.key[row]!, (untraced.get(history.key[row]!) ?? 0) + 1);
  }
  for (const [key, number] of untraced)
    undecided.set(key, `${plural(number, "read")} of values that no write explains`);
  return {
    history,
    count,
    rows: used,
    key: used.map((row) => history.key[row]!),
    writes,
    readsFrom,
    supporter,
    reads,
    undecided,
    ...layLanes(history, used),
  };
}

function isRegisterRow(history: History, { isRegister }: RegisterValues, row: number): boolean {
  const key = history.key[row]!;
  return key !== NONE && isRegister[key] === 1 && !isFinal(history, row);
}

const sawOrWrote = (history: History, row: number): boolean =>
  readBy(history, row) !== ABSENT || writtenBy(history, row) !== ABSENT;

const UNTRACED = -3;
const AMBIGUOUS = -4;

/** What an operation saw, an indefinite compare-and-set that took effect included. */
const seenBy = (history: History, row: number): number =>
  history.status[row] === STATUS.ok ? readBy(history, row) : history.expectedOf(row);

function sourceOf(history: History, values: RegisterValues, nodeOf: Int32Array, row: number): number {
  const value = seenBy(history, row);
  if (value === ABSENT) return NO_READ;
  if (value === NONE) return sourceOfNull(history, values, history.key[row]!);
  const from = values.writer[value]!;
  if (from === SOURCE.initial) return INITIAL;
  return from < 0 || nodeOf[from] === NONE ? UNTRACED : nodeOf[from]!;
}

/** Nobody wrote null, unless by a deletion: it is the initial state, or of another initial state no state at all. */
function sourceOfNull(history: History, { firstDelete }: RegisterValues, key: number): number {
  if (firstDelete[key] !== NEVER) return AMBIGUOUS;
  return history.objectOf(key).initial === null ? INITIAL : UNTRACED;
}

/** By row: the operation that read what an indefinite one wrote, directly or in a chain that ends in a successful one. */
function findSupported(history: History, values: RegisterValues): Int32Array {
  const supporter = new Int32Array(history.length).fill(NONE);
  for (let row = 0; row < history.length; row++) {
    if (history.status[row] !== STATUS.ok || !isRegisterRow(history, values, row)) continue;
    for (let reader = row; ; ) {
      const value = seenBy(history, reader);
      const from = value < 0 ? NONE : values.writer[value]!;
      if (from < 0 || history.status[from] === STATUS.ok || supporter[from] !== NONE) break;
      supporter[from] = reader;
      reader = from;
    }
  }
  return supporter;
}
