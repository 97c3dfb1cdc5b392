import { z } from "zod";
import type { Capability, Cluster } from "./cluster.ts";
import { type Json, jsonSchema } from "./json.ts";
import type { Random } from "./random.ts";
import type { Runtime } from "./runtime.ts";

/** One entry of a fault schedule: derived from the seed before the run, stored, replayed, shrunk, drawn. */
export const scheduledFaultSchema = z.object({
  id: z.int(),
  /** Start, nanoseconds since the start of the run. */
  at: z.int().nonnegative(),
  /** How long it lasts. */
  for: z.int().positive(),
  fault: z.string(),
  /** Named nodes, or `leader`: resolved when the time comes, the resolution is recorded. */
  on: z.array(z.string()),
  parameters: z.record(z.string(), jsonSchema).default({}),
});
export type ScheduledFault = z.infer<typeof scheduledFaultSchema>;
export type FaultSchedule = readonly ScheduledFault[];

export interface NemesisContext {
  readonly runtime: Runtime;
  readonly cluster: Cluster;
  /** The leader now, as the target knows it. */
  leader(): Promise<string | undefined>;
}

/** By what a fault breaks the cluster. Two faults of one mechanism would undo or hide each other: they take turns. */
export type Mechanism = "process" | "links" | "shaping" | "clock" | "speed";

/** One kind of fault. */
export interface Fault {
  readonly name: string;
  readonly summary: string;
  /** Whether it aims at the leader: the schedule alternates between such faults and others. */
  readonly aimsAtLeader: boolean;
  readonly mechanism: Mechanism;
  /** What the cluster must be capable of; left out: nothing beyond what every cluster is. */
  readonly needs?: readonly Capability[];
  /** The fewest nodes it makes sense with; left out: one. */
  readonly nodesMin?: number;
  /** What `parameters` of a scheduled fault hold, each described with its unit; left out: nothing. */
  readonly parameters?: z.ZodObject;
  /** Chooses its targets; pure. Node names, or `leader`. */
  choose(random: Random, nodes: readonly string[]): { on: string[]; parameters: Record<string, Json> };
  /** Starts it and confirms the effect. @throws HarnessError `fault-failed`; what was begun is healed by `healCluster`. */
  start(context: NemesisContext, fault: ScheduledFault): Promise<ActiveFault>;
}

/** A fault in force. */
export interface ActiveFault {
  /** The nodes it hit, after resolving `leader`. */
  readonly nodes: readonly string[];
  /** What proves that it began. */
  readonly effect: Json;
  /** Ends it, verifies that it is gone, and tells what it did (packets dropped, …). Idempotent. */
  heal(): Promise<Json>;
  /** Looked at after healing: false if the fault changed nothing that can be seen, so that the run proves nothing. */
  hadEffect(): boolean;
}
