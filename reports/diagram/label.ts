import { FLAG, type History, NONE, type OperationView } from "#core/history";
import type { OperationFunction } from "#core/functions";
import { printable, printableValue } from "../printable.ts";

/** How an operation is called where there is little room. */
const SHORT: Readonly<Partial<Record<OperationFunction, string>>> = {
  write: "w",
  delete: "del",
  read: "r",
  append: "app",
  remove: "rem",
  contains: "has",
  increment: "inc",
  enqueue: "enq",
  dequeue: "deq",
  acquire: "acq",
  release: "rel",
};

const MAX_KEY = 24;
const MAX_VALUE = 60;

/** What was asked and answered: `w x=7`, `r x→6`, `cas x 1→2`, `enq q 5`, `deq q→5`; `✗` failed or refused, `?` indefinite. */
export function labelOf(history: History, row: number): string {
  const operation = history.operation(row);
  const refused = operation.status === "ok" && ((history.flags[row] as number) & FLAG.resultFalse) !== 0;
  const name = SHORT[operation.f] ?? operation.f;
  const key =
    operation.key === undefined || operation.key === "" ? "" : ` ${printable(operation.key, MAX_KEY)}`;
  const mark = operation.status === "info" ? " ?" : operation.status === "fail" || refused ? " ✗" : "";
  return `${name}${key}${valueText(history, row, operation, refused)}${operation.f === "contains" ? "" : mark}`;
}

function valueText(
  history: History,
  row: number,
  { f, value, status }: OperationView,
  refused: boolean,
): string {
  const text = printableValue(value, MAX_VALUE);
  switch (f) {
    case "write":
      return `=${text}`;
    case "read":
    case "dequeue":
    case "drain":
    case "poll":
      return `→${status === "ok" ? (value === null && f !== "read" ? "nothing" : text) : "?"}`;
    case "cas":
      return ` ${printableValue(history.valueOf(Math.max(NONE, history.expectedOf(row))), MAX_VALUE)}→${text}`;
    case "contains":
      return ` ${text}→${status === "ok" ? (refused ? "no" : "yes") : "?"}`;
    case "increment":
      return typeof value === "number" && value >= 0 ? ` +${text}` : ` ${text}`;
    case "delete":
    case "release":
      return "";
    default:
      return value === null ? "" : ` ${text}`;
  }
}
