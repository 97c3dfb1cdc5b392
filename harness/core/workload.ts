import type { z } from "zod";
import type { Generator } from "./generator.ts";
import type { Invocation, ObjectSpec } from "./operation.ts";
import type { Random } from "./random.ts";
import type { Model } from "./verdict.ts";

/** What clients do, how it ends, and who judges it. */
export interface Workload<Options = unknown> {
  readonly name: string;
  readonly summary: string;
  readonly options: z.ZodType<Options>;
  /** Header entries: what the keys hold and how their version order is known. */
  readonly objects: readonly ObjectSpec[];
  /** The models its histories can decide. Every checker that applies runs; these are what to expect something of. */
  readonly models: readonly Model[];
  create(context: WorkloadContext<Options>): WorkloadRun;
}

export interface WorkloadContext<Options> {
  readonly options: Options;
  readonly random: Random;
  readonly nodes: readonly string[];
  readonly clients: number;
}

export interface WorkloadRun {
  readonly generator: Generator;
  /**
   * After healing: the reads that every node must answer, oldest keys first. Called once per round and node; the engine
   * adds node and `final`.
   */
  finalReads(node: string): readonly Invocation[];
}
