import { messageOf, OperationError } from "#core/errors";

/**
 * What an error means that came after a request was sent: a broker that refuses closes the channel, and it may have done what was
 * asked for before.
 */
export function channelError(error: unknown, node: string): OperationError {
  if (error instanceof OperationError) return error;
  return new OperationError("connection-lost", messageOf(error), { cause: error, node });
}

/** The same before anything was sent that has an effect. */
export const preparationError = (what: string, error: unknown, node: string): OperationError =>
  new OperationError("unavailable", `${what}: ${messageOf(error)}`, { cause: error, node });

/** Reply codes of AMQP 0-9-1. */
export const REPLY = { notFound: 404, resourceLocked: 405 } as const;

/** The reply code of an error of the library, if the broker sent one. */
export const replyCode = (error: unknown): number | undefined =>
  error instanceof Error && "code" in error && typeof error.code === "number" ? error.code : undefined;
