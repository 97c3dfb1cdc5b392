import { z } from "zod";
import type { Capability, Cluster } from "./cluster.ts";
import { type Json, jsonSchema } from "./json.ts";
import type { Random } from "./random.ts";
import type { Runtime } from "./runtime.ts";
import type { Nanoseconds } from "./units.ts";

/** One entry of a fault schedule: derived from the seed before the run, stored, replayed, shrunk, drawn. */
export const scheduledFaultSchema = z.object({
  id: z.int(),
  /** Start, nanoseconds since the start of the run. */
  at: z.int().nonnegative(),
  /** How long it lasts. */
  for: z.int().positive(),
  fault: z.string(),
  /** Named nodes, `leader` or `follower`: resolved when the time comes, the resolution is recorded. */
  on: z.array(z.string()),
  parameters: z.record(z.string(), jsonSchema).default({}),
});
export type ScheduledFault = z.infer<typeof scheduledFaultSchema>;
export type FaultSchedule = readonly ScheduledFault[];

export interface NemesisContext {
  readonly runtime: Runtime;
  readonly cluster: Cluster;
  /** Aborted when the operations end: a fault that was not begun by then is not begun any more. */
  readonly stop: AbortSignal;
  /** The leader now, as the target knows it. */
  leader(): Promise<string | undefined>;
  /** Hands leadership over, where the target can. @param to the node that shall lead; the store may choose another */
  transferLeader?(to: string): Promise<void>;
  /** Who belongs to the cluster, and how that changes, where the target can. */
  readonly membership?: MembershipControl;
}

/** What some targets offer beside a client. */
export type TargetHook = "transferLeader" | "membership";

/** Each resolves when the store agreed to the change. */
export interface MembershipControl {
  /** The nodes that belong to the cluster now, as the store says. */
  members(): Promise<readonly string[]>;
  /** The node may end by that. @throws HarnessError `quorum-at-risk` if those left could not agree: nothing was changed */
  remove(node: string): Promise<void>;
  /** A node that was removed, running or not, belongs to it again, runs and catches up. Harmless where it does. */
  add(node: string): Promise<void>;
}

/** By what a fault breaks the cluster. Two faults of one mechanism would undo or hide each other: they take turns. */
export type Mechanism = "process" | "links" | "shaping" | "clock" | "speed" | "connections" | "disk";

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
  /**
   * Whether its nodes may be others than those it chooses: any, `leader` and `follower` included. Its parameters name none.
   */
  readonly anywhere?: true;
  /** How many of its nodes are out of service at once; left out: all where the mechanism is `process` or `links`, else none. */
  readonly outAtOnce?: number;
  /**
   * How long it takes to begin and to heal besides the time that it is in force, where the pause between two faults is too short for
   * that: schedules leave room for it, or the last faults would never have their turn. Left out: none.
   */
  readonly takes?: Nanoseconds;
  /** More than a store can be asked to bear unless somebody asks for it by name. */
  readonly merciless?: "no majority is left" | "destroys what was synced";
  /** What the target must offer; left out: nothing. */
  readonly hook?: TargetHook;
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
