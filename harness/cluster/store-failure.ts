import { HarnessError } from "#core/errors";

/** What is known when a home-made store threw. */
export interface StoreFailure {
  readonly message: string;
  /** What the node was doing: "when a timer fired". */
  readonly doing: string;
  /** The message or request that it handled, for people. */
  readonly handled?: string | undefined;
}

/** The error that ends the run. @param at when, if that is known @param log the end of the node's log */
export function storeFailed(
  node: string,
  { message, doing, handled }: StoreFailure,
  { at, log, cause }: { readonly at?: string; readonly log: string; readonly cause?: unknown },
): HarnessError {
  const when = at === undefined ? "" : ` at ${at}`;
  const what = handled === undefined ? "" : `\n${handled}`;
  return new HarnessError("store-failed", `node ${node} threw${when}: ${message}`, {
    cause,
    hint: `it did so ${doing}${what}\nthe end of its log:\n${log}`,
  });
}
