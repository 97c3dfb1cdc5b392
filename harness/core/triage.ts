import { z } from "zod";
import { SECOND } from "./units.ts";

/** How long a replica may lag before somebody should look: the alarm of `replication_lag_seconds`, and what triage accepts. */
export const ACCEPTABLE_DELAY = 5 * SECOND;

/**
 * What an anomaly is to the user. `delay`: acceptable convergence delay: it resolved by itself within the bound and breaks no
 * guarantee that was claimed. `flaw`: data lost, replicas apart for good, a claimed guarantee broken, answers that no delay
 * explains, or a delay beyond the bound. `undetermined`: the history cannot tell.
 */
export const TRIAGE_CLASSES = ["flaw", "delay", "undetermined"] as const;
export const triageClassSchema = z.enum(TRIAGE_CLASSES);
export type TriageClass = z.infer<typeof triageClassSchema>;
