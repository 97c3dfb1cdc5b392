import { z } from "zod";
import { bugNames } from "./bugs/names.ts";
import { presetNames } from "./presets/names.ts";

export const REPLICATIONS = [
  "async-leader",
  "semi-sync",
  "sync-leader",
  "multi-leader",
  "leaderless",
] as const;
export const VERSIONINGS = ["wall-clock", "lamport", "vector"] as const;
export const CONFLICTS = ["last-write-wins", "first-write-wins", "siblings", "union"] as const;
export const SETS = ["value", "g-set", "2p-set", "or-set"] as const;
export const COUNTERS = ["value", "g-counter", "pn-counter"] as const;
export const TEXTS = ["rga", "ot", "value"] as const;
export const READS = ["leader", "follower", "home", "any"] as const;
export const DELIVERIES = ["as-it-comes", "causal"] as const;

/** Every choice is a switch; a preset names a value for each, and a switch given beside it wins. */
export const optionsSchema = z.object({
  preset: z
    .enum(presetNames)
    .default("dynamo")
    .describe("a textbook design: gives every switch below its value; docs/eventual.md has the table"),
  bug: z
    .enum(["none", ...bugNames])
    .default("none")
    .describe("plants one bug; docs/planted-bugs.md says what each does")
    .meta({ hunt: false }),
  replication: z
    .enum(REPLICATIONS)
    .optional()
    .describe(
      "who takes writes and when they are acknowledged: a leader alone (async-leader), with a majority (semi-sync), with all (sync-leader); every node (multi-leader); any node with a quorum (leaderless)",
    ),
  copies: z.int().min(1).optional().describe("leaderless: replicas of each key (N); left out: every node"),
  readQuorum: z.int().min(1).optional().describe("leaderless: replicas that answer a read (R)"),
  writeQuorum: z.int().min(1).optional().describe("leaderless: replicas that acknowledge a write (W)"),
  sloppy: z
    .boolean()
    .optional()
    .describe("leaderless: other nodes stand in for replicas that cannot be reached, with a hint"),
  versioning: z.enum(VERSIONINGS).optional().describe("what tells which of two values is newer"),
  conflicts: z.enum(CONFLICTS).optional().describe("what becomes of concurrent values of one key"),
  sets: z.enum(SETS).optional().describe("what sets are: one value, or a CRDT"),
  counters: z.enum(COUNTERS).optional().describe("what counters are: one value, or a CRDT"),
  texts: z.enum(TEXTS).optional().describe("what texts are: a CRDT, operational transformation, one value"),
  readRepair: z.boolean().optional().describe("leaderless: a read brings the replicas it asked up to date"),
  gossip: z
    .int()
    .min(0)
    .optional()
    .describe("milliseconds between two rounds of anti-entropy by Merkle trees; 0: none"),
  hintedHandoff: z
    .boolean()
    .optional()
    .describe("leaderless: writes that missed a replica are kept and handed over once it is back"),
  delivery: z
    .enum(DELIVERIES)
    .optional()
    .describe("multi-leader: updates of others apply as they come, or after all that they depend on"),
  reads: z
    .enum(READS)
    .optional()
    .describe("which node a session reads from: the leader, a follower, its home node, any node"),
  stampedReads: z
    .boolean()
    .optional()
    .describe("sessions carry the version of what they saw, and nodes wait until they have it"),
  ownWrites: z.boolean().optional().describe("sessions keep their own writes and show them in their reads"),
  strongKeys: z
    .string()
    .optional()
    .describe("keys with this prefix are read and written with every replica, whatever the quorums say"),
  cacheTtl: z
    .int()
    .min(0)
    .optional()
    .describe("milliseconds for which a session answers reads from its cache; 0: never"),
  replicationLag: z
    .int()
    .min(0)
    .optional()
    .describe("milliseconds for which updates are held back before they are shipped"),
  requestTimeout: z
    .int()
    .min(1)
    .optional()
    .describe("milliseconds after which a node gives up a request of a client"),
  electionTimeout: z
    .int()
    .min(10)
    .optional()
    .describe("milliseconds without a heartbeat after which a follower stands for election"),
  clockSkew: z
    .int()
    .min(0)
    .optional()
    .describe("milliseconds by which the clock of n1 is ahead of the others (simulation)"),
  regionDelay: z
    .int()
    .min(0)
    .optional()
    .describe(
      "milliseconds one way between the nodes of odd and those of even number, and their clients; 0: one region",
    ),
});
export type EventualOptions = z.infer<typeof optionsSchema>;

/** Every switch set. */
export type Settings = {
  readonly [Name in Exclude<keyof EventualOptions, "copies">]-?: NonNullable<EventualOptions[Name]>;
} & { readonly copies: number | undefined };
