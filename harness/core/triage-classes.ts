import { SECOND } from "./units.ts";

/** How long a replica may lag before somebody should look: the alarm of `replication_lag_seconds`, and what triage accepts. */
export const ACCEPTABLE_DELAY = 5 * SECOND;

/**
 * What an anomaly is to the user. `delay`: acceptable convergence delay: it resolved by itself within the bound and breaks no
 * guarantee that was claimed. `flaw`: data lost, replicas apart for good, a claimed guarantee broken, answers that no delay
 * explains, or a delay beyond the bound. `undetermined`: the history cannot tell.
 */
export const TRIAGE_CLASSES = ["flaw", "undetermined", "delay"] as const;
export type TriageClass = (typeof TRIAGE_CLASSES)[number];

/**
 * What became of an anomaly. `lost`: what was missed is on no node in the end. `apart`: only some nodes have it in the end.
 * `resolved`: the node showed it later, or all nodes agree in the end. `pending`: it was still missing when it was last read.
 * `unread`: nobody looked again. `lasting`: nothing in it that waiting could resolve.
 */
export const FATES = ["lost", "apart", "resolved", "pending", "unread", "lasting"] as const;
export type Fate = (typeof FATES)[number];
