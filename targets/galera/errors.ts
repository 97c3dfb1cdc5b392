import { messageOf, OperationError, type OperationErrorCode } from "#core/errors";

/** Deadlocks, and transactions that lost against another node's. */
const LOST = 1213;

/**
 * Errors that MariaDB sends only for a statement that it undid, or did not begin. Everything else is indefinite, above all 1180 (an error
 * during COMMIT: the group may have the transaction) and the end of a connection. Source: MariaDB 10.11, error codes; Galera's
 * documentation: 1213 for a transaction that failed certification, 1047 for a node outside the cluster's majority. 1213 at a commit: see
 * `lostError`.
 */
const UNDONE: Readonly<Record<number, OperationErrorCode>> = {
  1020: "aborted",
  1040: "unavailable",
  1045: "rejected",
  1047: "unavailable",
  1054: "rejected",
  1062: "rejected",
  1064: "rejected",
  1146: "rejected",
  [LOST]: "aborted",
  1290: "read-only",
  1406: "rejected",
  1792: "read-only",
};
/** Lock waits, and waits to catch up: given up before the statement changed anything, unless it was COMMIT. */
const WAITED_TOO_LONG = 1205;

/** Numbers of the server's error replies; the library's own and the socket's are names. */
function numberOf(error: unknown): number | undefined {
  const { errno, sqlState } = (error ?? {}) as { errno?: unknown; sqlState?: unknown };
  return error instanceof Error && typeof errno === "number" && errno >= 1000 && typeof sqlState === "string"
    ? errno
    : undefined;
}

/** What an error means that came after a statement was sent, which was a transaction of its own or ended one. */
export function statementError(error: unknown, node: string, statement: string): OperationError {
  if (error instanceof OperationError) return error;
  const number = numberOf(error);
  const message = number === undefined ? messageOf(error) : `${number}: ${messageOf(error)}`;
  return new OperationError(codeOf(number, statement), message, { cause: error, node });
}

function codeOf(number: number | undefined, statement: string): OperationErrorCode {
  if (number === undefined) return "connection-lost";
  if (number === WAITED_TOO_LONG) return statement === "COMMIT" ? "unknown" : "aborted";
  return UNDONE[number] ?? "unknown";
}

export const isLost = (error: unknown): boolean => numberOf(error) === LOST;

/**
 * What 1213 means at a commit. Of one that was sent to the group when the node left the majority the server says the same, if another
 * transaction had asked for its locks (wsrep-lib, `transaction::certify_commit`, connection failed): the others may have committed it. So
 * it is definite only if the node has seen no change of the group. @param before, after the changes it counted, if it said
 */
export const lostError = (
  meant: OperationError,
  before: string | undefined,
  after: string | undefined,
): OperationError =>
  before !== undefined && before === after
    ? meant
    : new OperationError("unknown", `${meant.message} (the group changed meanwhile)`, {
        cause: meant,
        ...(meant.node === undefined ? {} : { node: meant.node }),
      });

/** What an error means that came before COMMIT was sent. */
export function rolledBackError(error: unknown, node: string): OperationError {
  const meant = statementError(error, node, "");
  return INDEFINITE.has(meant.code)
    ? new OperationError("aborted", `before COMMIT: ${meant.message}`, { cause: error, node })
    : meant;
}

const INDEFINITE: ReadonlySet<OperationErrorCode> = new Set(["unknown", "connection-lost"] as const);
