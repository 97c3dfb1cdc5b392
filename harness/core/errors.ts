/**
 * What can become of one operation, by code. `definite`: the operation certainly did not happen, so its completion is
 * `fail`; otherwise it may still happen and the completion of a write is `info`.
 */
export const OPERATION_ERRORS = {
  "connection-refused": { definite: true, summary: "no connection could be made, nothing was sent" },
  "not-connected": { definite: true, summary: "the connection was gone before anything was sent" },
  "no-leader": { definite: true, summary: "no leader is known, nothing was sent" },
  "not-leader": { definite: true, summary: "the node refused because it is not the leader" },
  "read-only": { definite: true, summary: "the node refused a write because it is a replica" },
  loading: { definite: true, summary: "the node refused because it is loading its data" },
  unavailable: { definite: true, summary: "the node refused before doing anything" },
  "not-enough-replicas": {
    definite: true,
    summary: "the node refused because too few replicas are connected",
  },
  aborted: { definite: true, summary: "the node gave the operation up and vouches that nothing came of it" },
  rejected: { definite: true, summary: "the store refused the request as invalid" },
  timeout: { definite: false, summary: "no reply within the operation's time limit" },
  "connection-lost": { definite: false, summary: "the connection broke after the request was sent" },
  "not-replicated": { definite: false, summary: "applied on the primary, but too few replicas confirmed" },
  "no-quorum": { definite: false, summary: "sent, but too few nodes confirmed in time" },
  stopping: { definite: false, summary: "the run ended while the operation was under way" },
  unknown: { definite: false, summary: "an error that the client does not know" },
} as const satisfies Record<string, { definite: boolean; summary: string }>;
export type OperationErrorCode = keyof typeof OPERATION_ERRORS;

/** Thrown by a client: this operation did not succeed, or nobody knows. */
export class OperationError extends Error {
  readonly code: OperationErrorCode;
  /** The node that was asked, if one was. */
  readonly node: string | undefined;

  constructor(code: OperationErrorCode, message: string, options: { cause?: unknown; node?: string } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "OperationError";
    this.code = code;
    this.node = options.node;
  }
}

/** Exit codes of the command (docs/cli.md). */
export const EXIT = {
  ok: 0,
  broken: 1,
  unknown: 2,
  setup: 3,
  usage: 64,
  internal: 70,
  interrupted: 130,
  terminated: 143,
} as const;

/** Trouble of the harness itself, by code: the exit code it ends with. */
export const HARNESS_ERRORS = {
  usage: { exit: EXIT.usage },
  "unknown-name": { exit: EXIT.usage },
  "bad-history": { exit: EXIT.usage },
  "history-too-large": { exit: EXIT.unknown },
  "bad-run-folder": { exit: EXIT.usage },
  "bad-case": { exit: EXIT.usage },
  "docker-unreachable": { exit: EXIT.setup },
  "image-build-failed": { exit: EXIT.setup },
  "node-not-ready": { exit: EXIT.setup },
  "store-failed": { exit: EXIT.setup },
  "setup-failed": { exit: EXIT.setup },
  "fault-failed": { exit: EXIT.setup },
  "leader-unknown": { exit: EXIT.setup },
  "quorum-at-risk": { exit: EXIT.setup },
  "heal-failed": { exit: EXIT.setup },
  "disk-full": { exit: EXIT.setup },
  interrupted: { exit: EXIT.interrupted },
  terminated: { exit: EXIT.terminated },
  internal: { exit: EXIT.internal },
} as const satisfies Record<string, { exit: number }>;
export type HarnessErrorCode = keyof typeof HARNESS_ERRORS;

/** Trouble of the harness: one clear line, and what helps. */
export class HarnessError extends Error {
  readonly code: HarnessErrorCode;
  /** What the user can do, as a command or a sentence. */
  readonly hint: string | undefined;

  constructor(code: HarnessErrorCode, message: string, options: { cause?: unknown; hint?: string } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "HarnessError";
    this.code = code;
    this.hint = options.hint;
  }

  get exitCode(): number {
    return HARNESS_ERRORS[this.code].exit;
  }
}

/** A broken invariant is a bug in riftcheck. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new HarnessError("internal", message);
}

/** An error's message whatever was thrown; of an error in the disposal after another one both, the first one first. */
export function messageOf(error: unknown): string {
  if (error instanceof SuppressedError)
    return `${messageOf(error.suppressed)}; and then ${messageOf(error.error)}`;
  return error instanceof Error ? error.message : String(error);
}

/** An offset in a file of a broken history line. */
export interface InputProblem {
  readonly file: string;
  readonly line: number;
  readonly field?: string;
  readonly expected: string;
}

/** One line for a broken input: file, line, field, what was expected. */
export function badHistory(problem: InputProblem): HarnessError {
  const field = problem.field === undefined ? "" : ` field "${problem.field}":`;
  return new HarnessError(
    "bad-history",
    `${problem.file}:${problem.line}:${field} expected ${problem.expected}`,
  );
}
