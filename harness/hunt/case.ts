import { z } from "zod";
import { jsonSchema } from "#core/json";
import { scheduledFaultSchema } from "#core/nemesis";
import { FUNCTIONS } from "#core/functions";
import { OBJECT_TYPES, objectSpecSchema } from "#core/operation";
import { ANOMALY_TYPES, expectationSchema, modelSchema } from "#core/verdict";

export const CASE_FORMAT = 1;

/** What a client is to do. `node`: the node that must answer; absent: the client chooses. */
const invocationSchema = z.strictObject({
  f: z.enum(FUNCTIONS),
  key: z.string().optional(),
  value: jsonSchema,
  node: z.string().optional(),
  level: z.string().optional(),
  object: z.enum(OBJECT_TYPES).optional(),
});

/** One line of a script: begun at `at` (nanoseconds of the run), or later if the client's last operation ends later. */
export const scriptedOperationSchema = invocationSchema.extend({
  at: z.int().nonnegative(),
  /** 0 … clients−1. */
  client: z.int().nonnegative(),
});
export type ScriptedOperation = z.infer<typeof scriptedOperationSchema>;

const generatedLoadSchema = z.strictObject({
  kind: z.literal("generated"),
  /** Most operations, over all clients. */
  operations: z.int().nonnegative(),
  /** Mean time that a client waits before its next operation, nanoseconds. */
  pause: z.int().nonnegative(),
});

const scriptedLoadSchema = z.strictObject({
  kind: z.literal("scripted"),
  /** In order of `at`. */
  operations: z.array(scriptedOperationSchema),
  /** What every node must answer after healing, once per round. */
  finalReads: z.array(invocationSchema),
});
export type ScriptedLoad = z.infer<typeof scriptedLoadSchema>;

export const anomalyNameSchema = z.strictObject({
  type: z.enum(ANOMALY_TYPES),
  model: modelSchema,
  level: z.string().optional(),
});
/** An anomaly by its kind: two runs show the same if type, model and level agree. */
export type AnomalyName = z.infer<typeof anomalyNameSchema>;

/**
 * One simulated run as data: from it alone the same history follows, byte for byte. Times in nanoseconds. Either the
 * workload generates the operations, or they are a script, so that they can be left out one by one.
 */
export const caseSchema = z.strictObject({
  format: z.literal(CASE_FORMAT),
  kind: z.literal("case"),
  /** The version that wrote it: another one may simulate differently. */
  riftcheck: z.string(),
  /** A name of the registry, or the file of a module that exports `target`. */
  target: z.string(),
  targetOptions: z.record(z.string(), jsonSchema),
  workload: z.string(),
  workloadOptions: z.record(z.string(), jsonSchema),
  nodes: z.array(z.string()).min(1),
  /** Clients at once; also the step between the process ids of one client. */
  clients: z.int().positive(),
  seed: z.string(),
  /** What differs from the network that the target asks for. */
  network: z.strictObject({
    delayMin: z.int().nonnegative().optional(),
    delayTail: z.int().nonnegative().optional(),
    /** Deliveries in the order of random priorities of the links, of which some change during the run. */
    priorities: z
      .strictObject({
        /** How many links fall to the lowest priority, each at a random delivery. */
        changes: z.int().nonnegative(),
        /** Of all deliveries of the run, those among which the changes are. */
        deliveries: z.int().positive(),
        /** How much longer the messages of the lowest priority take, nanoseconds. */
        spread: z.int().nonnegative(),
      })
      .optional(),
  }),
  /** Length of the operations. */
  time: z.int().positive(),
  operationTimeout: z.int().positive(),
  objects: z.array(objectSpecSchema),
  load: z.discriminatedUnion("kind", [generatedLoadSchema, scriptedLoadSchema]),
  schedule: z.array(scheduledFaultSchema),
  /** Between healing and the final reads: least time, and whether some keys are read meanwhile. */
  ending: z.strictObject({ quiet: z.int().nonnegative(), probes: z.boolean() }),
  /** How long final reads go on while nodes disagree. */
  convergeWithin: z.int().nonnegative(),
  expectations: z.array(expectationSchema),
  /** What the run shows; absent: nothing was found yet. */
  shows: anomalyNameSchema.optional(),
});
export type Case = z.infer<typeof caseSchema>;

/** A case whose operations are a script. */
export type ScriptedCase = Case & { readonly load: ScriptedLoad };

export const isScripted = (one: Case): one is ScriptedCase => one.load.kind === "scripted";

/** For people: `lost-write (no-lost-writes)`. */
export const nameWords = ({ type, model, level }: AnomalyName): string =>
  `${type} (${model}${level === undefined ? "" : ` at level ${level}`})`;
