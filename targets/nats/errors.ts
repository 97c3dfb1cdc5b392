import { messageOf, OperationError, type OperationErrorCode } from "#core/errors";

/** What an error of the library means for a request that was handed to it. */
export function requestError(error: unknown, node: string): OperationError {
  if (error instanceof OperationError) return error;
  return new OperationError(codeOf(error), messageOf(error), { cause: error, node });
}

/**
 * "No responders" comes from the server at the other end of the connection: it knows nobody who listens, and gave the request
 * to nobody. Every other error leaves the outcome open. Source: NATS protocol, `no_responders` of CONNECT.
 */
function codeOf(error: unknown): OperationErrorCode {
  const names = [error, error instanceof Error ? error.cause : undefined].map((one) =>
    one instanceof Error ? one.name : "",
  );
  if (names.includes("NoResponders")) return "unavailable";
  if (names.includes("TimeoutError")) return "timeout";
  return "connection-lost";
}

/** `error` of a reply of the JetStream API. */
export interface ApiError {
  readonly code: number;
  readonly err_code?: number;
  readonly description?: string;
}

/** A message that is not there. */
export const NOT_FOUND = 404;
/** Stream or consumer exists with another configuration. */
export const NAME_IN_USE = 10_058;

/** A publish that asked for another last message of its subject than the server has that answers: it did not take it. */
export const WRONG_LAST_SEQUENCE = 10_071;

/**
 * A refusal in a reply of JetStream. A publish that was refused may have been proposed to the other replicas before, so only
 * refusals of requests without effect are definite.
 */
export const refusal = ({ code, err_code, description }: ApiError, node: string): OperationError =>
  new OperationError("unknown", `${code} (${err_code ?? "-"}) ${description ?? ""}`.trim(), { node });
