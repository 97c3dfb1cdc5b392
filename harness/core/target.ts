import type { z } from "zod";
import type { Client } from "./client.ts";
import type { ClusterContext } from "./cluster.ts";
import type { Json } from "./json.ts";
import type { ObjectSpec } from "./operation.ts";
import type { TargetHook } from "./nemesis.ts";
import type { Random } from "./random.ts";
import type { Endpoint, Runtime } from "./runtime.ts";
import type { NetworkOptions, SimPlan } from "./store-node.ts";
import type { Nanoseconds } from "./units.ts";
import type { Expectation } from "./verdict.ts";

/**
 * A store under test: how it is started, how clients reach it, what it claims. One folder per target.
 * `Options` is validated by `options`; every option with a description becomes a flag of `riftcheck run`.
 */
export interface Target<Options = unknown> {
  readonly name: string;
  /** One line for `riftcheck list targets`. */
  readonly summary: string;
  readonly options: z.ZodType<Options>;
  /** Where it can live, preferred first. */
  readonly environments: {
    docker?(options: Options, nodes: readonly Endpoint[]): DockerPlan;
    sim?(options: Options): SimPlan;
    /** @param nodes by name, as their own messages call them. */
    process?(
      options: Options,
      context: { readonly workload: string; readonly nodes: readonly string[] },
    ): ProgramPlan;
  };
  readonly defaults: { readonly nodes: number; readonly clients: number; readonly workload: string };
  /** How many nodes these options ask for, where that is not the usual number. */
  defaultNodes?(options: Options): number | undefined;
  /** How its nodes are called, counted from 0; by default `n1`, `n2`, … */
  nodeName?(index: number): string;
  /** Names of the workloads its clients can perform. */
  readonly workloads: readonly string[];
  /** Names of the faults that make no sense here, with the reason. */
  readonly unsupportedFaults?: Readonly<Record<string, string>>;
  /** What the store promises with these options. Used unless the user says what to expect. */
  claims(options: Options, context: ClaimsContext): readonly Expectation[];
  /**
   * The objects of a workload as this store keeps them with these options: which of them are CRDTs, with what visibility,
   * whether reads return siblings, how the version order is told. Not asked of objects that an application makes out of
   * registers. Absent: as the workload declares them.
   */
  objects?(options: Options, declared: readonly ObjectSpec[]): readonly ObjectSpec[];
  /** Opens one session. It may connect lazily; it must not retry. */
  createClient(context: ClientContext<Options>): Client;
  /** What is still missing until the cluster can be used, in a few words; `undefined`: ready. Called repeatedly. */
  notReady(context: ClusterContext<Options>): Promise<string | undefined>;
  /** Whether it has a leader with these options; absent: if it can tell one at all. */
  hasLeader?(options: Options): boolean;
  /** The node that takes writes now, if one is known. Two may believe so: the one most clients would use. */
  leader?(context: ClusterContext<Options>): Promise<string | undefined>;
  /** Hands leadership over to a node, or to one that the store chooses; resolves when the store agreed to do so. */
  transferLeader?(context: ClusterContext<Options>, to: string): Promise<void>;
  /** Who belongs to the cluster, and how that changes: see `MembershipControl`. */
  readonly membership?: {
    members(context: ClusterContext<Options>): Promise<readonly string[]>;
    remove(context: ClusterContext<Options>, node: string): Promise<void>;
    add(context: ClusterContext<Options>, node: string): Promise<void>;
  };
  /** Which of the two above it can do with these options; left out: those it has. */
  hooks?(options: Options): readonly TargetHook[];
  /** Facts for the verdict's text and `run.json`, read from the running store: version, persistence, roles. */
  describe?(context: ClusterContext<Options>): Promise<Json>;
}

/** What a run will do to the store: what holds in quiet weather may break in a crash. */
export interface ClaimsContext {
  readonly workload: string;
  /** What the workload's keys hold. */
  readonly objects: readonly ObjectSpec[];
  readonly nodes: number;
  /** Names of the faults that may come. */
  readonly faults: readonly string[];
}

export interface ClientContext<Options> {
  readonly runtime: Runtime;
  readonly options: Options;
  /** Absent: the target's default. */
  readonly workload?: string;
  readonly nodes: readonly Endpoint[];
  /** The process that this session belongs to: a number that never repeats. */
  readonly process: number;
  /**
   * What the process remembers. It outlives its connections: after an indefinite read the process goes on with a new client, and what
   * its session saw and wrote must not be forgotten. Empty for the first client of a process.
   */
  readonly memory: Map<string, unknown>;
  readonly random: Random;
  /** An operation that has taken this long is given up by the engine, which then closes the client. */
  readonly timeout: Nanoseconds;
}

/** The containers of one cluster. */
export interface DockerPlan {
  readonly image: ImagePlan;
  /** Port by purpose (`client`, …), the same on every node: what endpoints carry. */
  readonly ports: Readonly<Record<string, number>>;
  readonly nodes: readonly NodePlan[];
  /** Whether the processes are home-made nodes, which tell when their store throws: that ends the run. */
  readonly homeMade?: true;
}

/** By registry name where the user asks for one, else built from `docker/<folder>/Dockerfile` on riftcheck's base image. */
export interface ImagePlan {
  /** Folder that holds the Dockerfile: its name under `docker/`, or, of a user's own, its absolute path. */
  readonly folder: string;
  /** A ready image the user named instead; pulled if it is not there. */
  readonly name?: string;
  /** What the build finds beside the folder's files: name there, path of a file or folder here. */
  readonly files?: Readonly<Record<string, string>>;
  /** The image it is built on instead of riftcheck's base image. */
  readonly on?: ImagePlan;
}

/** One program, started once for each node, that speaks Maelstrom's JSON protocol on its standard streams. */
export interface ProgramPlan {
  /** Program and arguments as a shell would split them; the program's path is relative to the current folder. */
  readonly command: string;
  /** How messages between nodes travel: what differs from no delay at all. */
  readonly network: NetworkOptions;
  /** Requests that a node must answer after `init` and before clients come, each time it starts. */
  setUp(node: string): readonly ProtocolBody[];
  /** What is wrong with the reply to a client's request; undefined: nothing. Such a reply ends the run. */
  replyProblem(request: ProtocolBody, reply: ProtocolBody): string | undefined;
}

/** The body of a message: `type`, what belongs to it, and `msg_id` or `in_reply_to`, which the cluster fills in. */
export type ProtocolBody = { readonly [field: string]: Json };

export interface NodePlan {
  readonly node: string;
  /** Left out: the plan's. */
  readonly image?: ImagePlan;
  /** The node's processes: each runs in a container of its own that shares the node's network. */
  readonly processes: readonly ProcessPlan[];
}

export interface ProcessPlan {
  readonly name: string;
  /** Empty: the image's own. */
  readonly command: readonly string[];
  /** Left out: the image's own. */
  readonly entrypoint?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** The folder in which it keeps what outlives it. Left out: its disk cannot be broken, nor its power be cut. */
  readonly data?: string;
  /** Whether that folder is mounted so that a write returns when it is on the device. */
  readonly syncMount?: boolean;
  /** Whom it runs as; left out: as the image says. */
  readonly user?: string;
  /** Where it runs; left out: where the image says. */
  readonly folder?: string;
  /** Copied into its container before it starts: absolute path there, file or folder here. */
  readonly files?: Readonly<Record<string, string>>;
}

/**
 * What the module beside a Compose file exports as `target`. The file says which nodes there are and how they are started, one for
 * each service and called as it is.
 */
export interface ComposeTarget<Options = unknown>
  extends Omit<Target<Options>, "environments" | "defaults" | "nodeName"> {
  readonly defaults: Omit<Target["defaults"], "nodes">;
  /** Port by purpose, inside the containers, the same on every node. */
  readonly ports: DockerPlan["ports"];
  /** The services that are nodes, in this order; the others are not started. Left out: all, in the file's order. */
  readonly services?: readonly string[];
}
