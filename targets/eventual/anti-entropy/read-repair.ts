import type { Json } from "#core/json";
import type { ObjectType } from "#core/operation";
import type { ReplicaParts } from "../parts.ts";
import type { Cell } from "../replica.ts";
import { sameJson } from "../same-json.ts";

/** Number of a put that repairs: nobody waits for its acknowledgement. */
export const REPAIR = 0;

/** A replica takes in what read repair made of its copy. */
export function takeRepair(
  { replica, rules }: Pick<ReplicaParts, "replica" | "rules">,
  key: string,
  cell: Cell,
): void {
  if (rules.antiEntropy.repairReplaces) replica.replace(key, cell);
  else replica.merge(key, cell);
}

/**
 * Brings up to date those replicas whose answer to a read lacked something.
 *
 * @param answers what each replica said; null: it has nothing
 */
export function repairReplicas(
  { context, replica, rules }: ReplicaParts,
  { key, object }: { readonly key: string; readonly object: ObjectType },
  merged: Json,
  answers: ReadonlyMap<string, Json>,
): void {
  const repaired = rules.antiEntropy.repairWith(merged, [...answers.values()]);
  for (const [node, state] of answers) {
    if (state !== null && sameJson(state, repaired)) continue;
    if (node === context.node) takeRepair({ replica, rules }, key, { object, state: repaired });
    else context.send(node, { type: "put", id: REPAIR, key, object, state: repaired });
  }
}
