import type { Model } from "#core/verdict";
import { hasLeader } from "../datatypes/choose.ts";
import type { Settings } from "../options.ts";
import { quorumsFor } from "../replication/leaderless/quorums.ts";
import { type Asked, isSingleWriter, ordersAll, ordersOwnWrites, staysHome } from "./asked.ts";

/** What a store is asked about its reads. */
export const READ_MODELS = [
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
  "bounded-staleness",
] as const satisfies readonly Model[];
type ReadModel = (typeof READ_MODELS)[number];

const NOTHING: readonly ReadModel[] = [];
const SESSION = ["read-your-writes", "monotonic-reads", "monotonic-writes", "writes-follow-reads"] as const;
const CAUSAL = ["causal", "causal-convergent"] as const;

/** The models that reads at a level keep, whatever the faults; undefined: reads that name no level. */
export function keptBy(asked: Asked, level: string | undefined): readonly ReadModel[] {
  const { settings, context } = asked;
  if (settings.cacheTtl > 0) return NOTHING;
  if (context.nodes === 1) return ofOneNode(asked);
  if (hasLeader(settings)) return ofLeader(settings, level);
  return settings.replication === "multi-leader" ? ofMultiLeader(asked, level) : ofQuorums(asked, level);
}

/** Of one node the only thing that can go wrong is its clock. */
const ofOneNode = (asked: Asked): readonly ReadModel[] =>
  hasLeader(asked.settings) || ordersAll(asked) ? READ_MODELS : NOTHING;

function ofLeader(
  { replication, reads, stampedReads }: Settings,
  level: string | undefined,
): readonly ReadModel[] {
  // What a leader alone acknowledged, and showed, may be undone.
  if (replication === "async-leader") return NOTHING;
  if (level === "strong" || (level !== "local" && reads === "leader")) return READ_MODELS;
  if (stampedReads && level !== "local") return SESSION;
  // Every node has applied what was acknowledged, before the session goes on.
  return replication === "sync-leader" ? ["read-your-writes", "monotonic-writes"] : NOTHING;
}

function ofMultiLeader(asked: Asked, level: string | undefined): readonly ReadModel[] {
  const { settings } = asked;
  // Such reads are refused.
  if (level === "strong") return NOTHING;
  const keepsContext = settings.stampedReads || staysHome(asked);
  if (!keepsContext || !ordersOwnWrites(asked)) return NOTHING;
  if (settings.delivery === "causal" && settings.versioning === "lamport") return causalModels(asked);
  return isSingleWriter(asked) ? ["read-your-writes", "monotonic-reads"] : NOTHING;
}

/**
 * Where one process writes a key its values come in one order, and each session sees them in the order in which its node took them: one
 * order of all writes explains its reads. Of concurrent writes of one key the later one that came first hides the earlier one
 * that came after it, with what came in between: no order of all writes explains that.
 */
const causalModels = (asked: Asked): readonly ReadModel[] =>
  isSingleWriter(asked) ? [...CAUSAL, "causal-memory", "pram", ...SESSION] : [...CAUSAL, ...SESSION];

/** Reads that meet every acknowledged write, of keys that one process writes: the registers of Lamport 1986. */
function ofQuorums(asked: Asked, level: string | undefined): readonly ReadModel[] {
  const { settings, context } = asked;
  if (settings.sloppy || !isSingleWriter(asked) || !ordersOwnWrites(asked)) return NOTHING;
  const copies = Math.min(settings.copies ?? context.nodes, context.nodes);
  const { read } = quorumsFor(settings, copies, { key: "", ...(level === undefined ? {} : { level }) });
  const { write } = quorumsFor(settings, copies, { key: "" });
  // What one read saw, on whichever replica, the next one asks as well: atomic.
  if (read === copies) return READ_MODELS;
  if (level !== "local" && settings.stampedReads) return ["read-your-writes", "monotonic-reads"];
  return read + write > copies ? ["read-your-writes"] : NOTHING;
}
