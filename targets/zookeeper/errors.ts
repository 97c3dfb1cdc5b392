import { messageOf, OperationError, type OperationErrorCode } from "#core/errors";

/** Codes of ZooKeeper's replies that its clients act on. Source: ZooKeeper 3.8, `KeeperException.Code`. */
export const CODE = { noNode: -101, badVersion: -103, nodeExists: -110 } as const;

/**
 * Codes that mean "nothing was done": the leader looks at the session, the arguments and the tree before it makes a transaction of a
 * request (`PrepRequestProcessor.pRequest`). Everything else is indefinite.
 */
const REFUSALS: ReadonlyMap<number, readonly [OperationErrorCode, string]> = new Map([
  [CODE.noNode, ["rejected", "there is no such node"]],
  [CODE.badVersion, ["aborted", "the node has another version"]],
  [CODE.nodeExists, ["rejected", "the node exists"]],
  [-6, ["rejected", "the server does not know the request"]],
  [-8, ["rejected", "bad arguments"]],
  [-102, ["rejected", "not allowed"]],
  [-112, ["unavailable", "the session has expired"]],
  [-118, ["unavailable", "the session has moved to another server"]],
]);

/** A reply with an error code. */
export class ReplyError extends Error {
  readonly code: number;

  constructor(code: number) {
    super(`ZooKeeper says ${code}: ${REFUSALS.get(code)?.[1] ?? "unknown"}`);
    this.name = "ReplyError";
    this.code = code;
  }
}

/** What an error of a request that was sent means for the operation. */
export function operationError(error: unknown, node: string): OperationError {
  if (error instanceof OperationError) return error;
  const code = error instanceof ReplyError ? (REFUSALS.get(error.code)?.[0] ?? "unknown") : "connection-lost";
  return new OperationError(code, messageOf(error), { cause: error, node });
}

/** The reply, or undefined if the server answered with this code. */
export async function unless<T>(code: number, reply: Promise<T>): Promise<T | undefined> {
  try {
    return await reply;
  } catch (error) {
    if (error instanceof ReplyError && error.code === code) return undefined;
    throw error;
  }
}
