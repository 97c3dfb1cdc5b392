import type { History } from "#core/history";
import { headerLine } from "#core/line";
import { historyEvents } from "./history-events.ts";

/** The lines of a history in riftcheck's own format, with the header if it came with one. */
export function* exportJsonl(history: History): Generator<string> {
  if (history.headerGiven) yield headerLine(history.header);
  for (const event of historyEvents(history)) yield `${JSON.stringify(event)}\n`;
}
