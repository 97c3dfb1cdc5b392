import { FLAG, type History, NONE } from "#core/history";
import { FUNCTIONS, type OperationFunction } from "#core/functions";
import { nodeWords, valueWords, whoWords } from "../words.ts";

/** `p3's dequeue of 4 from n1`. */
export const deedWords = (history: History, row: number): string =>
  `${whoWords(history, row)}'s ${actionWords(history, row)}${nodeWords(history, row, prepositionOf(history, row))}`;

const TAKES: ReadonlySet<OperationFunction> = new Set<OperationFunction>([
  "read",
  "contains",
  "dequeue",
  "drain",
  "pop",
]);

const prepositionOf = (history: History, row: number): string =>
  TAKES.has(FUNCTIONS[history.f[row]!]!) ? "from" : "to";

function actionWords(history: History, row: number): string {
  const f = FUNCTIONS[history.f[row]!]!;
  const isList = (history.flags[row]! & FLAG.list) !== 0;
  const value = valueWords(isList ? history.operation(row).value : history.valueOf(history.value[row]!));
  const refused = (history.flags[row]! & FLAG.resultFalse) !== 0;
  switch (f) {
    case "cas":
      return casWords(history, row, value, refused);
    case "delete":
    case "release":
      return f;
    case "acquire":
      if (refused) return "refused acquire";
      return history.value[row] === NONE ? "acquire" : `acquire with token ${value}`;
    case "dequeue":
    case "pop":
      return history.value[row] === NONE && !isList ? `${f} of nothing` : `${f} of ${value}`;
    case "contains":
      return `finding ${value} ${refused ? "absent" : "present"}`;
    case "increment":
      return `increment by ${value}`;
    default:
      return `${refused ? "refused " : ""}${f} of ${value}`;
  }
}

function casWords(history: History, row: number, value: string, refused: boolean): string {
  const expected = valueWords(history.valueOf(history.expectedOf(row)));
  const told = history.observedOf(row);
  if (!refused) return `compare-and-set from ${expected} to ${value}`;
  return `refused compare-and-set from ${expected}${told < NONE ? "" : ` (told ${valueWords(history.valueOf(told))})`}`;
}
