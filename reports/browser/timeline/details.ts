import { formatDuration } from "#core/units";
import { secondsText } from "../../phrases.ts";
import type { Timeline } from "../../schema.ts";
import { FINAL_FLAG, type Operations, STATUS_MASK } from "../explorer/operations.ts";

export type Entry = readonly [name: string, value: string];

const STATUS_WORDS = ["ok", "fail", "info"] as const;

/** All that the page knows of one operation. */
export function operationEntries(timeline: Timeline, operations: Operations, row: number): Entry[] {
  const flags = operations.flags[row] as number;
  const error = timeline.errors[operations.error[row] as number];
  const status = STATUS_WORDS[(flags & STATUS_MASK) as 0 | 1 | 2] ?? "info";
  const optional: Entry[] = [
    ["key", timeline.keys[operations.key[row] as number] ?? ""],
    ["value", operations.values[operations.value[row] as number] ?? ""],
    ["node", timeline.nodes[operations.node[row] as number] ?? ""],
  ];
  return [
    [
      "operation",
      `${timeline.functions[operations.f[row] as number] ?? "?"}${(flags & FINAL_FLAG) === 0 ? "" : " (final read)"}`,
    ],
    ...optional.filter(([, value]) => value !== ""),
    ["outcome", error === undefined ? status : `${status}: ${error}`],
    ["process", String(operations.process[row])],
    ...whenEntries(timeline, operations, row),
    ["event", String(operations.index[row])],
  ];
}

function whenEntries(timeline: Timeline, operations: Operations, row: number): Entry[] {
  if (timeline.axis === "order") return [];
  const start = operations.start[row] as number;
  const end = operations.end[row] as number;
  if (end === Number.POSITIVE_INFINITY) return [["time", `${secondsText(start)} – never completed`]];
  return [
    ["time", `${secondsText(start)} – ${secondsText(end)}`],
    ["took", formatDuration(end - start)],
  ];
}

/** `ok`, `fail: not-leader`, `info: timeout`, `never completed`. */
export function outcomeOf(timeline: Timeline, operations: Operations, row: number): string {
  const status = STATUS_WORDS[((operations.flags[row] as number) & STATUS_MASK) as 0 | 1 | 2] ?? "info";
  const error = timeline.errors[operations.error[row] as number];
  if (error !== undefined) return `${status}: ${error}`;
  return status === "info" && operations.end[row] === Number.POSITIVE_INFINITY ? "never completed" : status;
}
