import { ABSENT, type History, NONE } from "#core/history";
import { readBy, writtenBy } from "../registers/access.ts";
import { keyWords, nodeWords, readWords, valueWords, whenWords, whoWords } from "../words.ts";

/** Of larger witnesses only so many operations are told. */
const MOST_TOLD = 30;

/** What each session of a witness did, in its order: `p1 wrote x = 1 to n1, then read y = 2 from n2; p2 wrote y = 2`. */
export function storyWords(history: History): string {
  const rows = Array.from({ length: Math.min(history.length, MOST_TOLD) }, (_, row) => row);
  const rest = history.length > MOST_TOLD ? `; and ${history.length - MOST_TOLD} more operations` : "";
  return [...Map.groupBy(rows, (row) => history.session[row]!)]
    .map(
      ([, own]) =>
        `${whoWords(history, own[0]!)} ${own.map((row) => deedWords(history, row)).join(", then ")}`,
    )
    .join("; ")
    .concat(rest);
}

/** `session s2 read x = 1 from n3 at 12.3 s`. */
export const readSentence = (history: History, row: number): string =>
  `${whoWords(history, row)} ${readWords(history, row, Math.max(NONE, readBy(history, row)))} ${whenWords(history, history.invTime[row]!)}`;

/** `x = 2`: what a write wrote. */
export const writtenWords = (history: History, row: number): string =>
  `${keyWords(history, history.key[row]!)} = ${valueWords(history.valueOf(writtenBy(history, row)))}`;

function deedWords(history: History, row: number): string {
  const read = readBy(history, row);
  const deeds = [
    ...(read === ABSENT ? [] : [readWords(history, row, read)]),
    ...(writtenBy(history, row) === ABSENT
      ? []
      : [`wrote ${writtenWords(history, row)}${nodeWords(history, row, "to")}`]),
  ];
  return deeds.join(" and ");
}
