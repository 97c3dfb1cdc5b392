/**
 * The words of a history (Jepsen's): an *operation* is an invocation plus its completion; an *event* is one line.
 * `ok` happened inside its interval, `fail` certainly never happens, `info` may happen at any time after its invocation
 * or never.
 */
export const FUNCTIONS = [
  "write",
  "delete",
  "read",
  "cas",
  "append",
  "add",
  "remove",
  "contains",
  "increment",
  "insert",
  "erase",
  "enqueue",
  "dequeue",
  "drain",
  "push",
  "pop",
  "send",
  "poll",
  "acquire",
  "release",
  "guarded-write",
  "transfer",
  "generate",
  "broadcast",
  "txn",
  "echo",
] as const;
export type OperationFunction = (typeof FUNCTIONS)[number];

export const EVENT_TYPES = ["invoke", "ok", "fail", "info"] as const;
export type EventType = (typeof EVENT_TYPES)[number];
