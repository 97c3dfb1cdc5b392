import { ABSENT, type History, NONE, UNENDED } from "#core/history";
import { formatDuration } from "#core/units";
import { keyWords, nodeWords, valueWords, whoWords } from "../words.ts";
import type { Deed } from "./witness-rows.ts";

/** `x = 7`. */
const stateWords = (history: History, { key }: Deed, value: number): string =>
  `${keyWords(history, key)} = ${valueWords(history.valueOf(value))}`;

/** `p3's write of x = 7`. */
const writeWords = (history: History, deed: Deed): string =>
  `${whoWords(history, deed.row)}'s ${deed.written === NONE ? `deletion of ${keyWords(history, deed.key)}` : `write of ${stateWords(history, deed, deed.written)}`}`;

/** `p2 read x = 6 from n1`. */
const readerWords = (history: History, deed: Deed): string => {
  const state = stateWords(history, deed, deed.read);
  return deed.written === ABSENT
    ? `${whoWords(history, deed.row)} read ${state}${nodeWords(history, deed.row, "from")}`
    : `${whoWords(history, deed.row)} replaced ${state}${nodeWords(history, deed.row, "on")}`;
};

export const sessionReason = (history: History, one: Deed): string =>
  `${whoWords(history, one.row)} itself did one after the other`;

export function timeReason(history: History, one: Deed, other: Deed): string {
  const [end, start] = [history.retTime[one.row]!, history.invTime[other.row]!];
  const gap = end === UNENDED ? 0 : start - end;
  return `had ended${gap > 0 ? ` ${formatDuration(gap)}` : ""} before the other began`;
}

export function readReason(history: History, writer: Deed, reader: Deed): string {
  const read = readerWords(history, reader);
  if (history.retRank[reader.row]! < history.invRank[writer.row]!)
    return `${read}, which ${whoWords(history, writer.row)} began to write only later`;
  const who = whoWords(history, writer.row);
  return `${read}, which ${writer.session === reader.session ? "it had written itself" : `${who} had written`}`;
}

export const failedReason = (history: History, writer: Deed, reader: Deed): string =>
  `${readerWords(history, reader)}, the write of which, by ${whoWords(history, writer.row)}, certainly failed`;

/** Why one write's version is older, by how the order of the versions is known. */
export function versionReason(history: History, one: Deed, other: Deed): string {
  const [older, newer] = [one, other].map((deed) => valueWords(history.valueOf(deed.written)));
  switch (history.objectOf(one.key).order) {
    case "version":
      return `${newer} replaced ${older}, as the versions tell that the store gave`;
    case "value":
      return `${newer} replaced ${older}, for the values rise`;
    default:
      return `${newer} replaced ${older}: ${keyWords(history, one.key)} has one writer, who wrote them in this order`;
  }
}

/** `write` comes after what `reader` saw. */
export const overwrittenReason = (history: History, reader: Deed, write: Deed): string =>
  `${readerWords(history, reader)}: ${writeWords(history, write)}, which replaced that, had not been made yet`;

/** The same where the initial state was seen, which every write replaces. */
export const initialReason = (history: History, reader: Deed, write: Deed): string =>
  `${readerWords(history, reader)}, as it was at first: ${writeWords(history, write)} had not been made yet`;

/** `write` comes before `reader`, which read from `source`. */
export const shadowedReason = (history: History, write: Deed, source: Deed, reader: Deed): string =>
  `${writeWords(history, write)} came before ${whoWords(history, reader.row)} ${reader.written === ABSENT ? "read" : "replaced"} ${stateWords(history, reader, reader.read)}, so ${valueWords(history.valueOf(source.written))} was written after it`;
