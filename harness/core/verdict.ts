import { z } from "zod";
import { MODELS } from "./models.ts";
import { triageSchema } from "./triage.ts";

export const modelSchema = z.enum(MODELS);
export type Model = z.infer<typeof modelSchema>;

export const VERDICTS = ["satisfied", "violated", "unknown", "not-applicable"] as const;
export const modelResultSchema = z.object({
  model: modelSchema,
  /** The read or write level judged, where the history names levels. */
  level: z.string().optional(),
  /** The key pattern judged, where objects of several kinds are in the history. */
  objects: z.string().optional(),
  verdict: z.enum(VERDICTS),
  reason: z.string().optional(),
  /** Two checkers contradict each other about it, and neither is believed, whatever others say. */
  disputed: z.literal(true).optional(),
});
export type ModelResult = z.infer<typeof modelResultSchema>;

export const ANOMALY_TYPES = [
  "stale-read",
  "too-stale-read",
  "non-linearizable",
  "split-brain",
  "read-your-writes",
  "monotonic-reads",
  "monotonic-writes",
  "writes-follow-reads",
  "thin-air-read",
  "aborted-read",
  "future-read",
  "lost-write",
  "lost-element",
  "vanished-element",
  "unexpected-element",
  "duplicate-element",
  "incompatible-order",
  "lost-increment",
  "impossible-count",
  "diverged",
  "unexplained-final-read",
  "cyclic-causality",
  "causality-violation",
  "conflicting-order",
  "causal-memory-violation",
  "pram-violation",
  "not-sequential",
  "vanished-increment",
  "surplus-increment",
  "counter-mismatch",
  "counter-went-back",
  "resurrected-element",
  "remove-wins-over-concurrent-add",
  "impossible-value",
  "older-write-won",
  "text-order-conflict",
  "unexpected-char",
  "duplicated-char",
  "vanished-char",
  "resurrected-char",
  "lost-char",
  "wrong-total",
  "duplicate-id",
  "offset-conflict",
  "duplicate-message",
  "unordered-poll",
  "skipped-message",
  "lost-message",
  "unexpected-message",
  "wrong-echo",
] as const;
/** Why one operation comes before another; the reason says more. `overwritten`: it read what the other one replaced. */
export const EDGE_KINDS = [
  "session",
  "reads-from",
  "real-time",
  "version",
  "overwritten",
  "implied",
  "missing",
] as const;
export const anomalyEdgeSchema = z.object({
  /** Indexes of two invocations of the witness: `from` takes effect before `to` in every order that the model admits. */
  from: z.int().nonnegative(),
  to: z.int().nonnegative(),
  kind: z.enum(EDGE_KINDS),
  /** Why, for a person. */
  reason: z.string(),
  /** Places in the list, all earlier, of the edges that this one follows from. */
  because: z.array(z.int().nonnegative()).optional(),
});
export type AnomalyEdge = z.infer<typeof anomalyEdgeSchema>;

export const anomalySchema = z.object({
  type: z.enum(ANOMALY_TYPES),
  model: modelSchema,
  level: z.string().optional(),
  /** The key it happened on. */
  key: z.string().optional(),
  /** Indexes of the invocations that prove it: closed (writers of included reads are in) and minimal. */
  witness: z.array(z.int().nonnegative()),
  /** One sentence for a person, in plain words, with values, processes, nodes and durations. */
  explanation: z.string(),
  /** What came before what. Where this goes round in a circle, no order explains the witness. */
  edges: z.array(anomalyEdgeSchema).optional(),
  /** What it is to the user; absent where nobody asked. */
  triage: triageSchema.optional(),
});
export type Anomaly = z.infer<typeof anomalySchema>;

/** How far behind a read may be: nanoseconds since the first newer version was known, or newer versions. */
export const stalenessBoundSchema = z.union([
  z.object({ time: z.number().nonnegative() }),
  z.object({ versions: z.int().nonnegative() }),
]);
export type StalenessBound = z.infer<typeof stalenessBoundSchema>;

export const expectationSchema = z.object({
  model: modelSchema,
  /** Of `bounded-staleness` only, and always there. */
  bound: stalenessBoundSchema.optional(),
  level: z.string().optional(),
  objects: z.string().optional(),
  is: z.enum(["holds", "may-break", "breaks"]),
  reason: z.string().optional(),
});
export type Expectation = z.infer<typeof expectationSchema>;
