import type { z } from "zod";
import type { Checker } from "./checker.ts";
import type { Generator } from "./generator.ts";
import type { Invocation, ObjectSpec } from "./operation.ts";
import type { Random } from "./random.ts";

/** What clients do, how it ends, and who judges it. */
export interface Workload<Options = unknown> {
  readonly name: string;
  readonly summary: string;
  readonly options: z.ZodType<Options>;
  /** Header entries: what the keys hold and how their version order is known. */
  readonly objects: readonly ObjectSpec[];
  /** The checkers whose verdicts this workload is made for; the others run as well where they apply. */
  readonly checkers: readonly Checker[];
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
  /** After healing and the quiet period: the reads that every node must answer, called once per round. */
  finalReads(node: string): readonly Invocation[];
}
