import { z } from "zod";
import type { Expectation, Model } from "#core/verdict";
import type { Application } from "#core/workload";
import { ReadModifyWrite } from "./read-modify-write.ts";

/** Who changes a value: the store, or an application that knows nothing but registers. */
export const updatesSchema = z
  .enum(["store", "rewrite", "conditional"])
  .default("store")
  .describe(
    "who changes a value: store = an operation of the store; rewrite = the client reads it, changes it and writes it back; conditional = the same with a compare-and-set, repeated when refused",
  );
export type Updates = z.infer<typeof updatesSchema>;

export const applicationOf = (updates: Updates): Application | undefined =>
  updates === "store"
    ? undefined
    : {
        madeOf: updates === "conditional" ? "configuration" : "session",
        session: (client) => new ReadModifyWrite(client, { conditional: updates === "conditional" }),
      };

const REASON = "clients that write back what they read overwrite what others wrote in between";

/** Claims of a store about its own operations, as far as they remain where clients write back what they read. */
export const rewritten = (claims: readonly Expectation[], broken: readonly Model[]): Expectation[] =>
  withoutPromise(claims, broken, REASON);

const withoutPromise = (
  claims: readonly Expectation[],
  broken: readonly Model[],
  reason: string,
): Expectation[] =>
  claims.map(
    (claim): Expectation =>
      claim.is === "holds" && broken.includes(claim.model) ? { ...claim, is: "may-break", reason } : claim,
  );

const REASON_CONDITIONAL = "conditional writes exclude each other only where registers are linearizable";

/**
 * What to expect of objects that an application changes in one of these ways, given what the store claims of its own. `broken`:
 * the models that writing back breaks. Compare-and-sets keep them where registers are linearizable, and nowhere else.
 */
export function ofUpdates(
  updates: Updates,
  claims: readonly Expectation[],
  broken: readonly Model[],
): readonly Expectation[] {
  if (updates === "store") return claims;
  if (updates === "rewrite") return rewritten(claims, broken);
  const isLinearizable = claims.some(({ model, is }) => model === "linearizable" && is === "holds");
  return isLinearizable ? claims : withoutPromise(claims, broken, REASON_CONDITIONAL);
}
