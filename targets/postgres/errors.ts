import { messageOf, OperationError, type OperationErrorCode } from "#core/errors";

/**
 * Classes and codes of SQLSTATE that PostgreSQL sends only for a statement that it undid. Everything else is indefinite: the end of a
 * connection (57P01, 57P02, class 08) may come after the commit. Source: PostgreSQL 15, appendix A; a transaction whose commit is
 * recorded cannot fail with an ERROR any more.
 */
const UNDONE: readonly (readonly [prefix: string, code: OperationErrorCode])[] = [
  ["40003", "unknown"],
  ["25006", "read-only"],
  ["40", "aborted"],
  ["57P03", "loading"],
  ["57014", "aborted"],
  ["55P03", "aborted"],
  ["53", "unavailable"],
  ["22", "rejected"],
  ["23", "rejected"],
  ["25", "rejected"],
  ["42", "rejected"],
  ["0A", "rejected"],
];

/** An error reply of the server has a SQLSTATE of five characters and a severity; an error of the socket has neither. */
const sqlStateOf = (error: unknown): string | undefined => {
  const { code, severity } = (error ?? {}) as { code?: unknown; severity?: unknown };
  return error instanceof Error &&
    typeof severity === "string" &&
    typeof code === "string" &&
    /^[0-9A-Z]{5}$/.test(code)
    ? code
    : undefined;
};

/** What an error means that came after a statement of its own transaction was sent. */
export function statementError(error: unknown, node: string): OperationError {
  if (error instanceof OperationError) return error;
  const state = sqlStateOf(error);
  const message = state === undefined ? messageOf(error) : `${state}: ${messageOf(error)}`;
  return new OperationError(codeOf(state), message, { cause: error, node });
}

function codeOf(state: string | undefined): OperationErrorCode {
  if (state === undefined) return "connection-lost";
  return (
    UNDONE.find(([prefix]) => state.startsWith(prefix))?.[1] ??
    (endsSession(state) ? "connection-lost" : "unknown")
  );
}

/** Whether the server ends the session with this. */
const endsSession = (state: string): boolean => /^(?:08|57P)/.test(state);

/** What an error means that came before COMMIT was sent. */
export function rolledBackError(error: unknown, node: string): OperationError {
  const meant = statementError(error, node);
  return DEFINITE.has(meant.code)
    ? meant
    : new OperationError("aborted", `before COMMIT: ${meant.message}`, { cause: error, node });
}

const DEFINITE: ReadonlySet<OperationErrorCode> = new Set([
  ...["aborted", "read-only", "loading", "unavailable", "rejected", "not-connected"],
] as OperationErrorCode[]);

/** A warning that a commit was answered without the standbys' confirmation. */
export const isUnconfirmed = (notice: string): boolean => notice.includes("wait for synchronous replication");
