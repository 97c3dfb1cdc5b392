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

const OVERWRITES = "clients that write back what they read overwrite what others wrote in between";
const CONDITIONS = "the store does not claim that its conditional writes are linearizable";

/**
 * Claims of a store, as far as they remain where clients make the objects: written back blindly, everything that needs more than
 * one writer at a time is gone; written back conditionally, it stands with the linearizability of the conditions.
 *
 * @param broken the models that lost updates break
 */
export function claimsOfUpdates(
  updates: Updates,
  claims: readonly Expectation[],
  broken: readonly Model[],
): readonly Expectation[] {
  if (updates === "store") return claims;
  if (updates === "rewrite") return without(claims, broken, OVERWRITES);
  const isSafe = claims.some(({ model, is }) => model === "linearizable" && is === "holds");
  return isSafe ? claims : without(claims, broken, CONDITIONS);
}

/** What is claimed of these models may break. */
export const without = (
  claims: readonly Expectation[],
  broken: readonly Model[],
  reason: string = OVERWRITES,
): Expectation[] =>
  claims.map(
    (claim): Expectation =>
      claim.is === "holds" && broken.includes(claim.model) ? { ...claim, is: "may-break", reason } : claim,
  );
