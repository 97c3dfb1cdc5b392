import { messageOf, OperationError, type OperationErrorCode } from "#core/errors";

/**
 * Error replies of the server, by their first word, that mean "not executed". Everything else is indefinite: an answer
 * this table does not know may come after the write was applied. Source: Redis 7.0, `processCommand` (server.c), which
 * refuses before it executes (in a cluster by `getNodeByQuery`, cluster.c), and the documentation of WAIT.
 */
const REFUSALS: Readonly<Record<string, OperationErrorCode>> = {
  READONLY: "read-only",
  LOADING: "loading",
  NOREPLICAS: "not-enough-replicas",
  MASTERDOWN: "unavailable",
  BUSY: "unavailable",
  MISCONF: "unavailable",
  OOM: "unavailable",
  WRONGTYPE: "rejected",
  NOAUTH: "rejected",
  NOPERM: "rejected",
  MOVED: "not-leader",
  ASK: "not-leader",
  TRYAGAIN: "unavailable",
  CLUSTERDOWN: "unavailable",
};

/** The client library's own refusal to queue a command: nothing was written to the socket. */
const NOT_SENT = /^Stream isn't writeable/;

/** What an error means that came after the command was handed to the library. */
export function commandError(error: unknown, node: string): OperationError {
  const message = messageOf(error);
  return new OperationError(codeOf(error, message), message, { cause: error, node });
}

function codeOf(error: unknown, message: string): OperationErrorCode {
  if (isReply(error)) return REFUSALS[message.slice(0, Math.max(0, message.indexOf(" ")))] ?? "unknown";
  if (NOT_SENT.test(message)) return "not-connected";
  return "connection-lost";
}

/** Whether the server answered, with an error: the connection is good. */
export const isReply = (error: unknown): boolean => error instanceof Error && error.name === "ReplyError";
