import { OperationError, type OperationErrorCode } from "#core/errors";
import type { ProtocolBody } from "#core/target";

/** Answers that are observations of a key-value store. */
export const NO_SUCH_KEY = 20;
export const PRECONDITION_FAILED = 22;

/** Maelstrom's codes and what they say of the operation. Any other code, also one of the user's own, leaves it open. */
const CODES: Readonly<Record<number, { readonly code: OperationErrorCode; readonly name: string }>> = {
  0: { code: "timeout", name: "timeout" },
  1: { code: "rejected", name: "node-not-found" },
  10: { code: "rejected", name: "not-supported" },
  11: { code: "unavailable", name: "temporarily-unavailable" },
  12: { code: "rejected", name: "malformed-request" },
  13: { code: "unknown", name: "crash" },
  14: { code: "aborted", name: "abort" },
  20: { code: "rejected", name: "key-does-not-exist" },
  21: { code: "rejected", name: "key-already-exists" },
  22: { code: "rejected", name: "precondition-failed" },
  30: { code: "aborted", name: "txn-conflict" },
};

/** The failure that an error reply reports: definite where the code says so. */
export function operationErrorOf(node: string, { code, text }: ProtocolBody): OperationError {
  const known = CODES[Number(code)];
  const name = known === undefined ? `error ${String(code)}` : `${String(code)} ${known.name}`;
  const why = typeof text === "string" ? `: ${text}` : "";
  return new OperationError(known?.code ?? "unknown", `${node} answered ${name}${why}`, { node });
}
