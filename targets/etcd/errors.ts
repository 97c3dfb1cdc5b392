import { messageOf, OperationError, type OperationErrorCode } from "#core/errors";

/**
 * Trouble below etcd's API. `sent`: whether any of the request can have left; without that the operation certainly did not
 * happen.
 */
export class TransportError extends Error {
  readonly sent: boolean;

  constructor(message: string, sent: boolean, cause?: unknown) {
    super(message, { cause });
    this.name = "TransportError";
    this.sent = sent;
  }
}

/** An error that etcd answered with. */
export class RefusalError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "RefusalError";
  }
}

/**
 * Answers that mean "nothing was done", by their text. Everything else is indefinite: a request that timed out inside etcd is in
 * the log of some node and may be committed later. Source: etcd 3.4, `processInternalRaftRequestOnce` (etcdserver/v3_server.go), which
 * checks the limits before it proposes; `stepLeader`, `stepCandidate` and `stepFollower` (raft/raft.go), which drop a proposal instead
 * of appending or forwarding it; `checkRequestPut` (etcdserver/apply.go), which looks for the lease before anything is written. Of
 * a full backend `quotaApplierV3` tells after it has written, in the words of the check before the proposal.
 */
const REFUSALS: readonly (readonly [RegExp, OperationErrorCode])[] = [
  [/^raft proposal dropped$/, "no-leader"],
  [/^etcdserver: too many requests$/, "unavailable"],
  [/^etcdserver: request is too large$/, "rejected"],
  [/^etcdserver: requested lease not found$/, "aborted"],
];

/** What an error of a request means for the operation. */
export function operationError(error: unknown, node: string): OperationError {
  if (error instanceof OperationError) return error;
  const message = messageOf(error);
  return new OperationError(codeOf(error, message), message, { cause: error, node });
}

function codeOf(error: unknown, message: string): OperationErrorCode {
  if (error instanceof TransportError) return error.sent ? "connection-lost" : "connection-refused";
  if (!(error instanceof RefusalError)) return "unknown";
  return REFUSALS.find(([text]) => text.test(message))?.[1] ?? "no-quorum";
}
