import type { z } from "zod";
import type { Client } from "./client.ts";
import type { Generator } from "./generator.ts";
import type { Invocation, ObjectSpec } from "./operation.ts";
import type { Random } from "./random.ts";
import type { Runtime } from "./runtime.ts";
import type { Expectation, Model } from "./verdict.ts";

/** What clients do, how it ends, and who judges it. */
export interface Workload<Options = unknown> {
  readonly name: string;
  readonly summary: string;
  readonly options: z.ZodType<Options>;
  /** Header entries: what the keys hold and how their version order is known. */
  readonly objects: readonly ObjectSpec[];
  /** The models its histories can decide. Every checker that applies runs; these are what to expect something of. */
  readonly models: readonly Model[];
  /**
   * The application's own code between its users and the store, once for each run. Absent or undefined: the operations go to
   * the store as they are.
   */
  application?(options: Options): Application | undefined;
  /** What to expect with these options, given what the target claims of `models`. Absent: the claims. */
  expectations?(
    options: Options,
    claims: readonly Expectation[],
    context: ExpectationsContext,
  ): readonly Expectation[];
  create(context: WorkloadContext<Options>): WorkloadRun;
}

export interface ExpectationsContext {
  /** Names of the faults that may come. */
  readonly faults: readonly string[];
}

/**
 * Code that performs the users' operations with others: that changes a value by reading it and writing it back, or answers
 * from a cache. The history records what the users asked for and were told.
 */
export interface Application {
  /** Workload whose operations it is made of: a target that performs that one can perform this one. */
  readonly madeOf: string;
  /** The session of one user, on top of a session with the store. Closing it closes that one. */
  session(client: Client, context: SessionContext): Client;
}

export interface SessionContext {
  readonly runtime: Runtime;
  readonly process: number;
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
