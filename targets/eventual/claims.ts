import type { ObjectSpec } from "#core/operation";
import type { ClaimsContext } from "#core/target";
import type { Expectation, Model } from "#core/verdict";
import type { Asked } from "./claims/asked.ts";
import { converges, keepsUpdates } from "./claims/kept.ts";
import { keptBy, READ_MODELS } from "./claims/reads.ts";
import { objectsOf } from "./datatypes/choose.ts";
import type { Settings } from "./options.ts";
import { hasLeader } from "./session/routing.ts";

/** The workload whose reads name levels, and these. */
const WORKLOAD_OF_LEVELS = "cross-region";
const LEVELS = ["strong", "local"] as const;

/** What eventual promises with these settings, and what it says that may break. A planted bug changes no promise. */
export function claimsOf(settings: Settings, context: ClaimsContext): readonly Expectation[] {
  const asked: Asked = { settings, context };
  const levels = context.workload === WORKLOAD_OF_LEVELS ? LEVELS : [undefined];
  return [
    ...levels.flatMap((level) => aboutReads(asked, level)),
    keepsUpdates(asked) ? holds("no-lost-writes") : mayBreak("no-lost-writes", lossReason(settings)),
    converges(settings) ? holds("convergence") : mayBreak("convergence", UNREPAIRED),
    // Whatever is lost or late, every map that anybody reads came about by whole transfers.
    ...(context.objects.some(({ type }) => type === "map") ? [holds("preserved-total")] : []),
    ...(context.objects.some((object) => isCrdt(settings, object)) ? [holds("crdt-semantics")] : []),
  ];
}

/** Reads that are never stale are not behind at all; of others no bound is known. */
const FRESH = { time: 0 } as const;

function aboutReads(asked: Asked, level: string | undefined): Expectation[] {
  const kept = keptBy(asked, level);
  const ofLevel = level === undefined ? {} : { level };
  return READ_MODELS.flatMap((model): Expectation[] => {
    const isKept = kept.includes(model);
    if (model === "bounded-staleness") return isKept ? [{ ...holds(model), bound: FRESH, ...ofLevel }] : [];
    return [{ ...(isKept ? holds(model) : mayBreak(model, staleReason(asked.settings))), ...ofLevel }];
  });
}

const isCrdt = (settings: Settings, { type }: ObjectSpec): boolean =>
  objectsOf(settings)[type]?.crdt !== undefined;

const holds = (model: Model): Expectation => ({ model, is: "holds" });
const mayBreak = (model: Model, reason: string): Expectation => ({ model, is: "may-break", reason });

const UNREPAIRED = "without gossip a replica that missed an update may never hear of it";

const lossReason = (settings: Settings): string =>
  hasLeader(settings)
    ? "the leader acknowledges a write before any follower has it; the next leader may lack it"
    : "of concurrent writes one wins and the others are gone";

function staleReason(settings: Settings): string {
  if (settings.cacheTtl > 0) return "sessions answer from their caches";
  if (hasLeader(settings)) return "followers answer with what has reached them";
  return settings.replication === "leaderless"
    ? "a read meets a write only where their quorums do, and not while it is under way"
    : "each node answers with what has reached it";
}
