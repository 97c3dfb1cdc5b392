import type { ObjectSpec, ObjectType } from "#core/operation";
import { hasLeader } from "../datatypes/choose.ts";
import type { Settings } from "../options.ts";
import { type Asked, isSingleWriter, ordersAll, ordersOwnWrites } from "./asked.ts";

/** Whether an acknowledged update stays, whatever the faults. */
export function keepsUpdates(asked: Asked): boolean {
  const { settings, context } = asked;
  // A leader that acknowledges alone loses what the next one lacks: how late a follower may be without any fault is for the network.
  if (hasLeader(settings)) return settings.replication !== "async-leader" || context.nodes === 1;
  if (isSingleWriter(asked) && ordersOwnWrites(asked)) return true;
  if (context.nodes === 1 && ordersAll(asked)) return true;
  return context.objects.every((object) => keepsConcurrent(settings, object));
}

/** Whether replicas end up equal, whatever happened before. */
export function converges({ replication, gossip }: Settings): boolean {
  return replication !== "leaderless" || gossip > 0;
}

const CRDT_SETTING: Partial<Record<ObjectType, "sets" | "counters" | "texts">> = {
  set: "sets",
  counter: "counters",
  text: "texts",
};

/** Types of which concurrent values can be shown side by side, or joined without loss: see `PlainType`. */
const JOINABLE: ReadonlySet<ObjectType> = new Set<ObjectType>(["register", "list", "set", "text"]);

/** Whether concurrent updates of such an object all stay. */
function keepsConcurrent({ versioning, conflicts, ...settings }: Settings, { type }: ObjectSpec): boolean {
  const setting = CRDT_SETTING[type];
  if (setting !== undefined && settings[setting] !== "value") return true;
  return versioning === "vector" && (conflicts === "siblings" || conflicts === "union") && JOINABLE.has(type);
}
