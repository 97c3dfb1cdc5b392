import { formatDuration } from "#core/units";
import { secondsText } from "../../phrases.ts";
import type { Timeline } from "../../schema.ts";
import { textElement } from "../page.ts";
import { type Operations, STATUS_MASK } from "./operations.ts";

type Entry = readonly [name: string, value: string];

const STATUS_WORDS = ["ok", "fail", "info"] as const;
/** The flag of a read after quiescence. */
const FINAL = 4;

/** All that the page knows of one operation. */
export function operationEntries(timeline: Timeline, operations: Operations, place: number): Entry[] {
  const flags = operations.flags[place] as number;
  const error = timeline.errors[operations.error[place] as number];
  const status = STATUS_WORDS[(flags & STATUS_MASK) as 0 | 1 | 2] ?? "info";
  const optional: Entry[] = [
    ["key", timeline.keys[operations.key[place] as number] ?? ""],
    ["value", operations.values[operations.value[place] as number] ?? ""],
    ["node", timeline.nodes[operations.node[place] as number] ?? ""],
  ];
  return [
    [
      "operation",
      `${timeline.functions[operations.f[place] as number] ?? "?"}${(flags & FINAL) === 0 ? "" : " (final read)"}`,
    ],
    ...optional.filter(([, value]) => value !== ""),
    ["outcome", error === undefined ? status : `${status}: ${error}`],
    ["process", String(operations.process[place])],
    ...whenEntries(timeline, operations, place),
    ["event", String(operations.index[place])],
  ];
}

function whenEntries(timeline: Timeline, operations: Operations, place: number): Entry[] {
  if (timeline.axis === "order") return [];
  const start = operations.start[place] as number;
  const end = operations.end[place] as number;
  if (end === Number.POSITIVE_INFINITY) return [["time", `${secondsText(start)} – never completed`]];
  return [
    ["time", `${secondsText(start)} – ${secondsText(end)}`],
    ["took", formatDuration(end - start)],
  ];
}

/** Shows an operation in the panel under the timeline. */
export function showDetails(panel: HTMLElement, entries: readonly Entry[]): void {
  const items = entries.map(([name, value]) => {
    const item = document.createElement("div");
    item.append(textElement("dt", "", name), textElement("dd", "", value));
    return item;
  });
  const list = document.createElement("dl");
  list.append(...items);
  panel.replaceChildren(list);
}
