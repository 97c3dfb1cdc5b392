import { z } from "zod";
import { FATES, TRIAGE_CLASSES } from "./triage-classes.ts";

/** A fault and when it was in force, seen from the anomaly. `after`: it had been healed shortly before. */
export const nearbyFaultSchema = z.object({
  id: z.int(),
  fault: z.string(),
  nodes: z.array(z.string()),
  when: z.enum(["during", "after", "before"]),
});
export type NearbyFault = z.infer<typeof nearbyFaultSchema>;

export const triageSchema = z.object({
  class: z.enum(TRIAGE_CLASSES),
  /** Why, for a person. */
  reason: z.string(),
  fate: z.enum(FATES),
  /**
   * How long it took to resolve: nanoseconds since what was missed was known, without the time in which a fault kept nodes
   * apart or still. The least that reads prove, and the most that they leave possible.
   */
  tookAtLeast: z.number().optional(),
  tookAtMost: z.number().optional(),
  /** The most that is acceptable, nanoseconds. */
  bound: z.number(),
  /** Models that were claimed and that it breaks. */
  breaks: z.array(z.string()),
  /** The nodes it showed on. */
  nodes: z.array(z.string()),
  /** When it went wrong, run time. */
  at: z.number(),
  faults: z.array(nearbyFaultSchema),
});
export type Triage = z.infer<typeof triageSchema>;

/** Anomalies of one type, class, place and fault. */
export const causeSchema = z.object({
  class: z.enum(TRIAGE_CLASSES),
  /** Type of anomaly. */
  type: z.string(),
  nodes: z.array(z.string()),
  /** Empty: without any fault. */
  faults: z.array(nearbyFaultSchema.omit({ id: true }).extend({ ids: z.array(z.int()) })),
  /** Of those listed in the verdict. */
  count: z.int(),
  /** Run time of the first and the last. */
  first: z.number(),
  last: z.number(),
  /** Of those that resolved, and that the history times: nanoseconds, the most that each can have taken. */
  resolution: z.object({ min: z.number(), median: z.number(), max: z.number() }).optional(),
  /** Places in the verdict's list of anomalies. */
  anomalies: z.array(z.int()),
  sentence: z.string(),
});
export type Cause = z.infer<typeof causeSchema>;
