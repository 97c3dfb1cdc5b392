import { type History, NONE } from "#core/history";
import { endOf, keyWords, valueWords, whenWords, whoWords } from "../words.ts";
import type { CrdtFinding } from "./crdt-checker.ts";
import { type CrdtObject, isAcknowledged, maySee, nodeOf } from "./crdt-objects.ts";
import { type LwwWrites, shownWrite } from "./lww-writes.ts";

/** What is wrong whatever sessions saw. O(operations). */
export function lwwFindings(history: History, object: CrdtObject, writes: LwwWrites): CrdtFinding[] {
  const impossible = object.reads.flatMap((read) => impossibleRead(history, object, writes, read) ?? []);
  const lost = lostWrite(history, object, writes);
  return [
    ...impossible,
    ...(lost === undefined ? [] : [lost]),
    ...diverged(history, object, writes),
    ...older(history, object, writes),
  ];
}

function impossibleRead(
  history: History,
  object: CrdtObject,
  writes: LwwWrites,
  read: number,
): CrdtFinding | undefined {
  const write = shownWrite(history, writes, read);
  if (write === NONE || (write !== undefined && maySee(history, read, write))) return undefined;
  return {
    type: "impossible-value",
    rows: write === undefined ? [read] : [write, read],
    explanation: `${showsWords(history, object, read)}, ${write === undefined ? "which nobody can have written" : "before its write began"}`,
  };
}

/** Nothing is shown in the end although something was written. */
function lostWrite(history: History, object: CrdtObject, writes: LwwWrites): CrdtFinding | undefined {
  const empty = [...object.last].filter((read) => shownWrite(history, writes, read) === NONE);
  const write = object.updates.find((row) => isAcknowledged(history, row));
  if (write === undefined || empty.length === 0) return undefined;
  return {
    type: empty.length === object.last.size ? "impossible-value" : "diverged",
    severity: 1,
    rows: [write, ...object.last],
    explanation: `${showsWords(history, object, empty[0]!)} in the end, but ${whoWords(history, write)} had written ${valueWords(history.operation(write).value)} ${whenWords(history, endOf(history, write))}`,
  };
}

/** Two acknowledged writes that both won. */
function diverged(history: History, object: CrdtObject, writes: LwwWrites): CrdtFinding[] {
  const winners = new Map<number, number>();
  for (const read of object.last) {
    const write = shownWrite(history, writes, read);
    if (write !== undefined && write !== NONE && isAcknowledged(history, write)) winners.set(write, read);
  }
  const [one, other] = winners;
  if (one === undefined || other === undefined) return [];
  return [
    {
      type: "diverged",
      rows: [one[0], other[0], ...object.last],
      explanation: `${showsWords(history, object, one[1])} and ${valueWords(history.operation(other[1]).value)} on ${nodeOf(history, other[1])} in the end: only one of two acknowledged writes can be the last`,
    },
  ];
}

/** Last reads of a write that precedes an acknowledged one. */
function older(history: History, object: CrdtObject, writes: LwwWrites): CrdtFinding[] {
  const { stamp } = writes;
  const latest = object.updates
    .filter((row) => isAcknowledged(history, row) && stamp.has(row))
    .reduce<number | undefined>(
      (best, row) => (best === undefined || stamp.get(row)! > stamp.get(best)! ? row : best),
      undefined,
    );
  if (latest === undefined) return [];
  const behind = [...object.last].filter((read) => {
    const shown = stamp.get(shownWrite(history, writes, read) ?? NONE);
    return shown !== undefined && shown < stamp.get(latest)!;
  });
  const [read] = behind;
  if (read === undefined) return [];
  const write = shownWrite(history, writes, read)!;
  return [
    {
      type: "older-write-won",
      severity: 1,
      rows: [write, latest, ...object.last],
      explanation: `${showsWords(history, object, read)} in the end, written with timestamp ${stamp.get(write)}, but ${whoWords(history, latest)} had written ${valueWords(history.operation(latest).value)} with ${stamp.get(latest)}`,
    },
  ];
}

export const showsWords = (history: History, { key }: CrdtObject, read: number): string =>
  `${keyWords(history, key)} shows ${valueWords(history.operation(read).value)} on ${nodeOf(history, read)}`;
