import type { Json } from "#core/json";
import type { ObjectType } from "#core/operation";
import type { ReplicaParts } from "../parts.ts";
import { sameJson } from "../same-json.ts";

/** Number of a put whose acknowledgement nobody waits for. */
const UNASKED = 0;

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
    if (state !== null && sameJson(state, merged)) continue;
    if (node === context.node) replica.merge(key, { object, state: repaired });
    else context.send(node, { type: "put", id: UNASKED, key, object, state: repaired });
  }
}
