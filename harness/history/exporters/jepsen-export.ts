import type { History } from "#core/history";
import type { Json } from "#core/json";
import { KEYLESS } from "#core/object-specs";
import type { OperationFunction } from "#core/functions";
import type { HistoryEvent } from "#core/operation";
import { HEADER_COMMENT } from "../importers/header-comment.ts";
import { ednText } from "./edn-text.ts";
import { historyEvents } from "./history-events.ts";

/**
 * The lines of a history as Jepsen writes them, for its checkers and Elle's. Keys become independent keys `[k v]`. The
 * first line is a comment to them; it keeps for riftcheck what they have no place for.
 */
export function* exportJepsen(history: History): Generator<string> {
  const header = history.headerGiven ? history.header : null;
  yield `${HEADER_COMMENT}${JSON.stringify(header)}\n`;
  const keyed = needsKeys(history);
  for (const event of historyEvents(history)) yield operationMap(event, keyed);
}

/** Plain values will do for a single object, unless they look like tuples. */
const needsKeys = (history: History): boolean =>
  history.keys.some((key) => key !== "") ||
  Array.from({ length: history.valueCount }, (_, id) => history.valueOf(id)).some(isPair);

const isPair = (value: Json): boolean => Array.isArray(value) && value.length === 2;

function operationMap(event: HistoryEvent, keyed: boolean): string {
  const { index, time, process, type, f, key, value = null, error } = event;
  const hasKey = keyed && process !== "nemesis" && !KEYLESS.has(f as OperationFunction);
  const fields = [
    `:process ${process === "nemesis" ? ":nemesis" : process}`,
    `:type :${type}`,
    `:f :${f}`,
    `:value ${f === "txn" ? steps(value) : ednText(hasKey ? [key ?? "", value] : value)}`,
    `:time ${time}`,
    `:index ${index}`,
  ];
  for (const field of ["session", "node", "level", "version", "observed", "result", "final"] as const) {
    const detail = event[field];
    if (detail !== undefined) fields.push(`:${field} ${ednText(detail)}`);
  }
  if (error !== undefined) fields.push(`:error ${ednText(error.code)}`);
  return `{${fields.join(", ")}}\n`;
}

/** Steps of a transaction begin with keywords. */
const steps = (value: Json): string =>
  Array.isArray(value)
    ? `[${value.map((step: Json) => (Array.isArray(step) ? `[:${String(step[0])} ${step.slice(1).map(ednText).join(" ")}]` : ednText(step))).join(" ")}]`
    : ednText(value);
