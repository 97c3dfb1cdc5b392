import type { Json } from "./json.ts";
import type { FaultEvent, HistoryHeader, Invocation, OperationErrorInfo, Reply } from "./operation.ts";
import type { Nanoseconds } from "./units.ts";

/**
 * The lines of `history.jsonl`, written by hand because the recorder sits in the path of every operation: fields in the
 * order of docs/history-format.md, absent fields left out, each line ended by "\n".
 */

/** The first line: what the keys hold and how their version order is known. */
export const headerLine = (header: HistoryHeader): string => `${JSON.stringify(header)}\n`;

/** Recorded before the request is sent. `index`: number of the event, counted from 0 after the header. */
export function invocationLine(
  index: number,
  time: Nanoseconds,
  process: number,
  operation: Invocation,
): string {
  return `${start(index, time, process, "invoke", operation)}${jsonOf(operation.value)}${
    operation.level === undefined ? "" : `,"level":${stringOf(operation.level)}`
  }${operation.node === undefined ? "" : `,"node":${stringOf(operation.node)}`}${
    operation.final === true ? ',"final":true' : ""
  }}\n`;
}

/** Recorded after the reply was read. `reply` of an `ok` operation, `error` of any other. */
export function completionLine(
  index: number,
  time: Nanoseconds,
  process: number,
  type: "ok" | "fail" | "info",
  operation: Invocation,
  reply: Reply = {},
  error?: OperationErrorInfo,
): string {
  const value = reply.value === undefined ? operation.value : reply.value;
  const node = reply.node ?? operation.node;
  let line = start(index, time, process, type, operation) + jsonOf(value);
  if (node !== undefined) line += `,"node":${stringOf(node)}`;
  if (reply.version !== undefined) line += `,"version":${jsonOf(reply.version)}`;
  if (reply.result !== undefined) line += `,"result":${reply.result}`;
  if (reply.observed !== undefined) line += `,"observed":${jsonOf(reply.observed)}`;
  if (operation.final === true) line += ',"final":true';
  if (error !== undefined) {
    line += `,"error":{"code":${stringOf(error.code)},"message":${JSON.stringify(error.message)}}`;
  }
  return `${line}}\n`;
}

/** A fault's change of phase, as an event of the process `nemesis`. */
export const faultLine = (index: number, time: Nanoseconds, event: FaultEvent): string =>
  `{"index":${index},"time":${time},"process":"nemesis","type":"info","f":"fault","value":${JSON.stringify(event)}}\n`;

/** Everything up to and including `"value":`. */
const start = (
  index: number,
  time: Nanoseconds,
  process: number,
  type: string,
  operation: Invocation,
): string =>
  `{"index":${index},"time":${time},"process":${process},"type":"${type}","f":"${operation.f}"${
    operation.key === undefined ? "" : `,"key":${stringOf(operation.key)}`
  },"value":`;

/** Printable ASCII without quote and backslash: needs no escaping. */
const PLAIN = /^[ !#-[\]-~]*$/;

const stringOf = (text: string): string => (PLAIN.test(text) ? `"${text}"` : JSON.stringify(text));

function jsonOf(value: Json): string {
  if (value === null) return "null";
  if (typeof value === "number") return Number.isFinite(value) ? `${value}` : "null";
  if (typeof value === "string") return stringOf(value);
  return JSON.stringify(value);
}
