import type { Invocation, Reply } from "./operation.ts";

/**
 * One session with the store, as a real application would hold it. One invocation is one request: automatic retries of
 * drivers are switched off, because a retried write is applied twice.
 */
export interface Client {
  /** Performs one operation. @throws OperationError with a code that says whether the operation may have happened. */
  invoke(operation: Invocation): Promise<Reply>;
  /** Drops every connection at once; operations under way reject. Closing twice is harmless. */
  close(): void | Promise<void>;
}
