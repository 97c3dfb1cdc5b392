import type { Datatype, Updated } from "../datatypes/datatype.ts";
import type { Answer } from "../protocol.ts";

/**
 * What a client is told of its update. The context is that of the update alone where the type tells it: the whole state holds
 * what others wrote, which the client has not read and must not supersede.
 */
export function answerTo(updated: Updated, datatype: Datatype): Answer {
  const { state, value, result, observed, version } = updated;
  const context = updated.context ?? datatype.context?.(state);
  return {
    ...(value === undefined ? {} : { value }),
    ...(result === undefined ? {} : { result }),
    ...(observed === undefined ? {} : { observed }),
    ...(version === undefined ? {} : { version }),
    ...(context === undefined ? {} : { context }),
  };
}
