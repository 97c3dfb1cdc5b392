import { ABSENT, type History, NEVER, NONE, STATUS } from "#core/history";
import type { Json } from "#core/json";
import { FUNCTIONS } from "#core/functions";
import { canonicalJson } from "#core/value-table";
import { once } from "../once.ts";
import { valueWords } from "../words.ts";
import { failedToWrite, hasSiblings, isFinal, isRefused, readBy, writtenBy } from "./access.ts";

const APPEND = FUNCTIONS.indexOf("append");
const CAS = FUNCTIONS.indexOf("cas");
const READ = FUNCTIONS.indexOf("read");

/** Codes in place of a writer's row. */
export const SOURCE = { unwritten: -1, ambiguous: -2, aborted: -3, initial: -4 } as const;

/**
 * Where each value of the registers came from. A value and all operations that saw it form its *cluster*; it certainly
 * was current, hence written, before the earliest of them returned.
 */
export interface RegisterValues {
  /** By key id: whether it holds a register. */
  readonly isRegister: Uint8Array;
  /** By value id: the row of its only writer that may have happened, or a SOURCE code. */
  readonly writer: Int32Array;
  /** By value id: the least return rank of its cluster, final reads left out; NEVER if nothing of it returned. */
  readonly earliest: Int32Array;
  /** By value id: the row that attains `earliest`, or NONE. */
  readonly earliestRow: Int32Array;
  /** By key id: the invocation of the first deletion that may have happened; NEVER if there is none. */
  readonly firstDelete: Int32Array;
  /** By key id: whether that null was read where it cannot have been is its only problem: other reads can be traced. */
  readonly strangeNull: Uint8Array;
  /** By key id: why its reads cannot be traced to writes. */
  readonly problems: ReadonlyMap<number, string>;
}

export const registerValues: (history: History) => RegisterValues = once(derive);

function derive(history: History): RegisterValues {
  const isRegister = Uint8Array.from(history.keys, (_, key) =>
    history.objectOf(key).type === "register" ? 1 : 0,
  );
  const values = {
    isRegister,
    writer: new Int32Array(history.valueCount).fill(SOURCE.unwritten),
    earliest: new Int32Array(history.valueCount).fill(NEVER),
    earliestRow: new Int32Array(history.valueCount).fill(NONE),
    firstDelete: new Int32Array(history.keys.length).fill(NEVER),
    strangeNull: new Uint8Array(history.keys.length),
    problems: new Map<number, string>(),
  };
  findWriters(history, values);
  findInitials(history, values);
  setAsideTexts(history, values);
  findContradictions(history, values);
  findStrangeNulls(history, values);
  findEarliest(history, values);
  return values;
}

type Draft = RegisterValues & { readonly problems: Map<number, string> };

function findWriters(history: History, { isRegister, writer, firstDelete, problems }: Draft): void {
  const { f } = history;
  for (let row = 0; row < history.length; row++) {
    const key = history.key[row]!;
    if (key === NONE || isRegister[key] === 0) continue;
    if (f[row] === READ) {
      if (hasSiblings(history, row)) problems.set(key, "its reads return siblings");
      continue;
    }
    const written = writtenBy(history, row);
    if (written >= 0) {
      const other = writer[written]!;
      if (other === SOURCE.unwritten || other === SOURCE.aborted) {
        writer[written] = row;
      } else {
        if (!problems.has(key))
          problems.set(key, `${valueWords(history.valueOf(written))} was written more than once`);
        writer[written] = SOURCE.ambiguous;
      }
    } else if (written === NONE) {
      firstDelete[key] = Math.min(firstDelete[key]!, history.invRank[row]!);
    } else {
      const failed = failedToWrite(history, row);
      if (failed !== ABSENT && writer[failed] === SOURCE.unwritten) writer[failed] = SOURCE.aborted;
    }
  }
}

/** Marks the initial value of keys whose initial value is not null. */
function findInitials(history: History, { isRegister, writer, problems }: Draft): void {
  const initials = history.keys.map((_, key) =>
    isRegister[key] === 1 ? history.objectOf(key).initial : null,
  );
  if (initials.every((initial) => initial === null)) return;
  for (let value = 0; value < history.valueCount; value++) {
    const key = history.keyOfValue(value);
    const initial = key === NONE ? null : (initials[key] ?? null);
    if (initial === null || !sameJson(history.valueOf(value), initial)) continue;
    if (writer[value]! >= 0 || writer[value] === SOURCE.ambiguous) {
      problems.set(key, `${valueWords(initial)} was written, and it is the initial value too`);
      writer[value] = SOURCE.ambiguous;
    } else {
      writer[value] = SOURCE.initial;
    }
  }
}

/** Reads of null during the run that neither a deletion nor the initial value explains: of such a key nothing is known to hold. */
function findStrangeNulls(history: History, values: Draft): void {
  if (history.keys.every((_, key) => history.objectOf(key).initial === null)) return;
  for (let row = 0; row < history.length; row++) {
    const key = history.key[row]!;
    if (key === NONE || values.isRegister[key] === 0 || readBy(history, row) !== NONE) continue;
    if (isFinal(history, row)) continue;
    const { initial } = history.objectOf(key);
    if (initial === null || isAmbiguousNull(history, values, row) || values.problems.has(key)) continue;
    values.strangeNull[key] = 1;
    values.problems.set(key, `null was read, but its initial value is ${valueWords(initial)}`);
  }
}

/** Compare-and-sets that tell that they were refused and found what they expected: fast checkers go by what was found alone. */
function findContradictions(history: History, { isRegister, problems }: Draft): void {
  if (!history.f.includes(CAS)) return;
  for (let row = 0; row < history.length; row++) {
    const key = history.key[row]!;
    if (!isRefused(history, row) || key === NONE || isRegister[key] === 0) continue;
    if (history.observedOf(row) === history.expectedOf(row) && !problems.has(key))
      problems.set(key, "a compare-and-set was refused although it found what it expected");
  }
}

/** Values of texts that are appended to are written by several operations together. */
function setAsideTexts(history: History, { isRegister, writer, problems }: Draft): void {
  if (!history.f.includes(APPEND)) return;
  const texts = new Set<number>();
  for (let row = 0; row < history.length; row++) {
    const key = history.key[row]!;
    if (history.f[row] === APPEND && key !== NONE && isRegister[key] === 1) texts.add(key);
  }
  if (texts.size === 0) return;
  for (const key of texts) problems.set(key, "texts are appended to it");
  for (let value = 0; value < history.valueCount; value++) {
    if (texts.has(history.keyOfValue(value))) writer[value] = SOURCE.ambiguous;
  }
}

const sameJson = (a: Json, b: Json): boolean => a === b || canonicalJson(a) === canonicalJson(b);

function findEarliest(history: History, { isRegister, writer, earliest, earliestRow }: Draft): void {
  const { f, invRank, retRank } = history;
  for (let row = 0; row < history.length; row++) {
    const key = history.key[row]!;
    if (key === NONE || isRegister[key] === 0 || history.status[row] !== STATUS.ok) continue;
    if (isFinal(history, row)) continue;
    const ret = retRank[row]!;
    const written = f[row] === READ ? ABSENT : writtenBy(history, row);
    if (written >= 0 && ret < earliest[written]!) {
      earliest[written] = ret;
      earliestRow[written] = row;
    }
    const read = readBy(history, row);
    if (read < 0 || ret >= earliest[read]!) continue;
    const from = writer[read]!;
    // A read that ended before its write began is no evidence of when it was written: `reads-from` reports it.
    if (from < 0 || ret <= invRank[from]!) continue;
    earliest[read] = ret;
    earliestRow[read] = row;
  }
}

/** By key id: whether it holds a register whose reads can be traced to writes. */
export const traceableKeys = (history: History, { isRegister, problems }: RegisterValues): Uint8Array =>
  Uint8Array.from(history.keys, (_, key) => (isRegister[key] === 1 && !problems.has(key) ? 1 : 0));

/** Whether a read of null may have seen a deletion instead of the initial state. */
export const isAmbiguousNull = (history: History, values: RegisterValues, row: number): boolean =>
  values.firstDelete[history.key[row]!]! < (hasRealTime(history) ? history.retRank[row]! : NEVER);

/** Whether the order of operations of different sessions was recorded. */
export const hasRealTime = ({ header }: History): boolean => header.realTime !== false;

/** Whether a read value came from a known write that had begun, or is the initial one. */
export function isTraced(history: History, { writer }: RegisterValues, row: number, value: number): boolean {
  const from = writer[value]!;
  if (from === SOURCE.initial) return true;
  return from >= 0 && (!hasRealTime(history) || history.invRank[from]! < history.retRank[row]!);
}
