import type { ObjectSpec, ObjectType } from "#core/operation";
import type { ClaimsContext } from "#core/target";
import type { Expectation, Model } from "#core/verdict";
import type { Settings } from "./options.ts";
import { hasLeader } from "./session/routing.ts";

/** What a store is asked about beyond convergence and losses. */
const CONSISTENCY: readonly Model[] = [
  "linearizable",
  "sequential",
  "causal",
  "causal-convergent",
  "causal-memory",
  "pram",
  "read-your-writes",
  "monotonic-reads",
  "monotonic-writes",
  "writes-follow-reads",
];

const SESSION: readonly Model[] = [
  "read-your-writes",
  "monotonic-reads",
  "monotonic-writes",
  "writes-follow-reads",
];

/** What eventual promises with these settings, and what it says that may break. A planted bug changes no promise. */
export function claimsOf(settings: Settings, context: ClaimsContext): readonly Expectation[] {
  const promised = context.nodes === 1 ? everything : promisesOf(settings, context);
  const models: readonly Model[] = [...CONSISTENCY, "no-lost-writes", "convergence"];
  return models.map((model) =>
    promised(model) ? { model, is: "holds" } : { model, is: "may-break", reason: reasonOf(settings, model) },
  );
}

type Promises = (model: Model) => boolean;
const everything: Promises = () => true;

function promisesOf(settings: Settings, context: ClaimsContext): Promises {
  const weak = new Set<Model>(["convergence"]);
  if (keepsAll(settings, context)) weak.add("no-lost-writes");
  if (settings.cacheTtl > 0) return (model) => weak.has(model);
  if (hasLeader(settings)) return leaderPromises(settings, weak);
  if (settings.replication === "multi-leader" && settings.delivery === "causal") {
    for (const model of ["causal", "causal-convergent"] as const) weak.add(model);
    if (settings.stampedReads) for (const model of SESSION) weak.add(model);
    if (settings.stampedReads) weak.add("pram").add("causal-memory");
  }
  return (model) => weak.has(model);
}

function leaderPromises(settings: Settings, weak: Set<Model>): Promises {
  if (settings.replication !== "async-leader") {
    if (settings.reads === "leader") return everything;
    if (settings.stampedReads) for (const model of SESSION) weak.add(model);
  }
  return (model) => weak.has(model);
}

/** Whether an acknowledged update stays, whatever the faults. */
function keepsAll(settings: Settings, { objects, faults }: ClaimsContext): boolean {
  if (hasLeader(settings)) return settings.replication !== "async-leader" || faults.length === 0;
  return objects.every((object) => merges(settings, object));
}

const CRDT_SETTING: Partial<Record<ObjectType, "sets" | "counters" | "texts">> = {
  set: "sets",
  counter: "counters",
  text: "texts",
};

/** Whether concurrent updates of such objects all stay. */
function merges(settings: Settings, { type }: ObjectSpec): boolean {
  const setting = CRDT_SETTING[type];
  if (setting !== undefined && settings[setting] !== "value") return true;
  return (
    settings.versioning === "vector" &&
    (settings.conflicts === "siblings" || (type === "set" && settings.conflicts === "union"))
  );
}

function reasonOf(settings: Settings, model: Model): string {
  if (model === "no-lost-writes")
    return hasLeader(settings)
      ? "the leader acknowledges a write before any follower has it; the next leader may lack it"
      : "of concurrent writes one wins and the others are gone";
  if (settings.cacheTtl > 0) return "sessions answer from their caches";
  if (hasLeader(settings)) return "followers answer with what has reached them";
  return settings.replication === "leaderless"
    ? "a read meets a write only where their quorums do, and not while it is under way"
    : "each node answers with what has reached it";
}
