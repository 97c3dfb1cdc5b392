import { z } from "zod";
import { EVENT_TYPES, type OperationFunction } from "./functions.ts";
import { type Json, jsonSchema } from "./json.ts";
import type { Nanoseconds } from "./units.ts";

export interface OperationErrorInfo {
  readonly code: string;
  readonly message: string;
}

/** What a generator asks a client to do. `node`: the node that must answer; absent: the client chooses. */
export interface Invocation {
  readonly f: OperationFunction;
  readonly key?: string;
  readonly value: Json;
  readonly node?: string;
  readonly level?: string;
  /** A read after quiescence: feeds convergence, loss and staleness only, never a consistency model. */
  readonly final?: true;
  /** What the key holds, for clients that must know; not recorded. */
  readonly object?: ObjectType;
}

/** What a client reports of an operation that succeeded. Failures are thrown as `OperationError`. */
export interface Reply {
  /** The completion's value; absent: that of the invocation. */
  readonly value?: Json;
  /** Of a conditional operation: whether the condition held. */
  readonly result?: boolean;
  readonly observed?: Json;
  readonly version?: Json;
  /** The node that answered. */
  readonly node?: string;
}

/** One line of a history. */
export const eventSchema = z.object({
  index: z.int().nonnegative(),
  time: z.int().nonnegative(),
  process: z.union([z.int().nonnegative(), z.literal("nemesis")]),
  type: z.enum(EVENT_TYPES),
  f: z.string(),
  key: z.string().optional(),
  value: jsonSchema.optional(),
  session: z.union([z.int(), z.string()]).optional(),
  level: z.string().optional(),
  node: z.string().optional(),
  version: jsonSchema.optional(),
  result: z.boolean().optional(),
  observed: jsonSchema.optional(),
  final: z.literal(true).optional(),
  error: z.object({ code: z.string(), message: z.string() }).optional(),
});
export type HistoryEvent = z.infer<typeof eventSchema>;

export const FAULT_PHASES = ["start", "started", "healing", "healed"] as const;
export type FaultPhase = (typeof FAULT_PHASES)[number];

/** The `value` of an event of process `nemesis` with f `fault`. */
export const faultEventSchema = z.object({
  id: z.int(),
  fault: z.string(),
  phase: z.enum(FAULT_PHASES),
  nodes: z.array(z.string()),
  parameters: jsonSchema.optional(),
  effect: jsonSchema.optional(),
  error: z.string().optional(),
});
export type FaultEvent = z.infer<typeof faultEventSchema>;

/** A fault event with the time it was recorded at. */
export interface TimedFaultEvent extends FaultEvent {
  readonly index: number;
  readonly time: Nanoseconds;
}

export const OBJECT_TYPES = [
  "register",
  "list",
  "set",
  "counter",
  "queue",
  "stack",
  "lock",
  "text",
  "map",
  "log",
] as const;
export const VERSION_ORDERS = ["value", "single-writer", "version", "append", "unknown"] as const;
export type ObjectType = (typeof OBJECT_TYPES)[number];
export type VersionOrder = (typeof VERSION_ORDERS)[number];

/** Replicated data types that merge by themselves, and the type of object each of them is. */
export const CRDT_TYPES = {
  "g-counter": "counter",
  "pn-counter": "counter",
  "g-set": "set",
  "2p-set": "set",
  "or-set": "set",
  lww: "register",
  rga: "text",
} as const satisfies Readonly<Record<string, ObjectType>>;
export type Crdt = keyof typeof CRDT_TYPES;
export const CRDTS = Object.keys(CRDT_TYPES) as [Crdt, ...Crdt[]];

/**
 * What an operation on a CRDT sees. `eventual`: any of the updates begun before it returned. `causal`: also all that its
 * session did and saw before, and with every update all that this one saw.
 */
export const VISIBILITIES = ["eventual", "causal"] as const;
export type Visibility = (typeof VISIBILITIES)[number];

/** What the keys that match a pattern (`*` matches any run of characters) hold, and how their version order is known. */
export const objectSpecSchema = z
  .object({
    keys: z.string(),
    type: z.enum(OBJECT_TYPES),
    initial: jsonSchema.default(null),
    order: z.enum(VERSION_ORDERS).default("unknown"),
    uniqueWrites: z.boolean().default(false),
    siblings: z.boolean().default(false),
    /** Of siblings, `seen`: a write takes the place of what its session had seen of the key, and of nothing else. Absent: not said. */
    supersedes: z.enum(["seen"]).optional(),
    /** Absent: nothing of a CRDT is claimed. */
    crdt: z.enum(CRDTS).optional(),
    /** Of a CRDT; absent: eventual. */
    visibility: z.enum(VISIBILITIES).optional(),
  })
  .refine(({ type, crdt }) => crdt === undefined || CRDT_TYPES[crdt] === type, {
    path: ["crdt"],
    error: "a CRDT of the object's type",
  });
export type ObjectSpec = z.infer<typeof objectSpecSchema>;

export const HISTORY_FORMAT = 1;

/** The optional first line of a history. */
export const headerSchema = z.object({
  riftcheck: z.literal(HISTORY_FORMAT),
  objects: z.array(objectSpecSchema).default([]),
  concurrency: z.int().positive().optional(),
  nodes: z.array(z.string()).optional(),
  /**
   * False: only the order of each session was recorded, and the order of lines of different sessions means nothing. Absent:
   * the order of lines is the order of events.
   */
  realTime: z.boolean().optional(),
});
export type HistoryHeader = z.infer<typeof headerSchema>;
