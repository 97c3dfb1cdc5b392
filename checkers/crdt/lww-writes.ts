import { FLAG, type History, NONE, STATUS } from "#core/history";
import type { Json } from "#core/json";
import { FUNCTIONS } from "#core/functions";
import { valueWords } from "../words.ts";
import type { CrdtObject } from "./crdt-objects.ts";

const WRITE = FUNCTIONS.indexOf("write");

/** Writes of a last-writer-wins register whose values tell them apart. */
export interface LwwWrites {
  /** By value id: the row of its write. */
  readonly writer: ReadonlyMap<number, number>;
  /** By row of a write: its timestamp, where the header says that versions are the order and one was told. */
  readonly stamp: ReadonlyMap<number, bigint>;
}

/** @returns why it cannot be judged, as a string */
export function lwwWritesOf(history: History, { updates, reads, spec }: CrdtObject): LwwWrites | string {
  if (spec.initial !== null) return "a register that is not empty in the beginning is not judged";
  const writer = new Map<number, number>();
  for (const row of updates) {
    if (history.f[row] !== WRITE) return `what a ${FUNCTIONS[history.f[row]!]} leaves is not judged`;
    const value = history.value[row]!;
    if (value === NONE) return "a write of null cannot be told from no write";
    if (writer.has(value)) return `${valueWords(history.valueOf(value))} was written more than once`;
    writer.set(value, row);
  }
  if (reads.some((row) => (history.flags[row]! & FLAG.list) !== 0)) return "a read returned siblings";
  const stamp =
    spec.order === "version" ? stampsOf(history, { updates, reads }, writer) : new Map<number, bigint>();
  return typeof stamp === "string" ? stamp : { writer, stamp };
}

function stampsOf(
  history: History,
  { updates, reads }: Pick<CrdtObject, "updates" | "reads">,
  writer: ReadonlyMap<number, number>,
): Map<number, bigint> | string {
  const stamps = new Map<number, bigint>();
  for (const row of [...updates, ...reads]) {
    if (history.status[row] !== STATUS.ok) continue;
    const write = writer.get(history.value[row]!);
    const stamp = integerOf(history.versionOf(row));
    if (stamp === undefined && write === row) return "a write does not tell its version";
    if (stamp === undefined || write === undefined) continue;
    if ((stamps.get(write) ?? stamp) !== stamp)
      return `${valueWords(history.valueOf(history.value[row]!))} has two versions`;
    stamps.set(write, stamp);
  }
  return stamps;
}

function integerOf(version: Json | undefined): bigint | undefined {
  if (typeof version === "number" && Number.isSafeInteger(version)) return BigInt(version);
  return typeof version === "string" && /^-?\d+$/.test(version) ? BigInt(version) : undefined;
}

/** The write whose value a read shows: NONE for null, undefined if there is none. */
export const shownWrite = (history: History, { writer }: LwwWrites, read: number): number | undefined =>
  history.value[read] === NONE ? NONE : writer.get(history.value[read]!);
