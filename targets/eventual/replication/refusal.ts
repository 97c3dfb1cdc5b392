import { OperationError } from "#core/errors";
import type { Refusal } from "../protocol.ts";

/** What the client is told of a request that the store's data types refused; anything else is a bug of the store and ends the run. */
export function refusalOf(error: unknown): Refusal {
  if (error instanceof OperationError && (error.code === "rejected" || error.code === "unavailable"))
    return { error: error.code, reason: error.message };
  throw error;
}
