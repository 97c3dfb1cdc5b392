import { FLAG, type History, UNENDED } from "#core/history";
import type { Json } from "#core/json";
import { once } from "./once.ts";
import { formatDuration, type Nanoseconds } from "#core/units";

/** Values longer than this are cut in a sentence. */
const MAX_VALUE = 60;

/** A value in a sentence. */
export function valueWords(value: Json): string {
  const text = JSON.stringify(value);
  return text.length > MAX_VALUE ? `${text.slice(0, MAX_VALUE)}…` : text;
}

/** `x`, `key 7`, or `the object` for the only, unnamed one. */
export function keyWords(history: History, key: number): string {
  const name = history.keys[key]!;
  if (name === "") return "the object";
  return /^\d+$/.test(name) ? `key ${name}` : name;
}

/** Who did it: the session, named after its process unless the history names sessions. The numbers of final readers tell nobody anything. */
export function whoWords(history: History, row: number): string {
  const process = String(history.process[row]);
  const session = history.sessionNames[history.session[row]!]!;
  if (session !== process) return `session ${session}`;
  return (history.flags[row]! & FLAG.final) !== 0 ? "the final reader" : `p${process}`;
}

/** ` from n3`, ` to n1`, or nothing where no node is known. */
export function nodeWords(history: History, row: number, preposition: string): string {
  const name = history.nodeNames[history.node[row]!];
  return name === undefined ? "" : ` ${preposition} ${name}`;
}

/** `read x = 41 from n3`. */
export function readWords(history: History, row: number, value: number): string {
  const key = keyWords(history, history.key[row]!);
  return `read ${key} = ${valueWords(history.valueOf(value))}${nodeWords(history, row, "from")}`;
}

/** `at 12.3 s`, with the faults then in force. */
export const whenWords = (history: History, time: Nanoseconds): string =>
  isTimed(history) ? `at ${formatDuration(time)}${faultWords(history, time)}` : "at an unrecorded time";

/** Whether the history carries times: some formats record the order of events alone. */
export const isTimed = once((history): boolean =>
  history.retTime.some((time, row) => history.invTime[row]! > 0 || (time > 0 && time !== UNENDED)),
);

/** `0.30 s before`, or `just before` where the clock saw no difference. */
export const agoWords = (duration: Nanoseconds): string =>
  duration > 0 ? `${formatDuration(duration)} before` : "just before";

/** ` (during partition of n1)`: the faults in force at a time. */
export function faultWords(history: History, time: Nanoseconds): string {
  const inForce = new Map<number, string>();
  for (const event of history.faults) {
    if (event.time > time) break;
    if (event.phase === "started") inForce.set(event.id, `${event.fault} of ${event.nodes.join(", ")}`);
    else if (event.phase === "healed") inForce.delete(event.id);
  }
  return inForce.size === 0 ? "" : ` (during ${[...inForce.values()].join(" and ")})`;
}

/** When an operation ended, as far as the history knows. */
export const endOf = (history: History, row: number): Nanoseconds =>
  history.retTime[row] === UNENDED ? history.invTime[row]! : history.retTime[row]!;

/** `3 reads`, `1 read`. */
export const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`;

/** The first few of a list, with how many more there are. */
export function someOf(items: readonly string[], most = 3): string {
  const rest = items.length - most;
  return rest > 0 ? `${items.slice(0, most).join("; ")}; and ${rest} more` : items.join("; ");
}
