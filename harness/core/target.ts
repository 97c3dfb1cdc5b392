import type { z } from "zod";
import type { Client } from "./client.ts";
import type { ClusterContext } from "./cluster.ts";
import type { Json } from "./json.ts";
import type { Random } from "./random.ts";
import type { Endpoint, Runtime } from "./runtime.ts";
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
    readonly docker?: (options: Options, nodes: readonly Endpoint[]) => DockerPlan;
    readonly sim?: (options: Options) => SimPlan;
  };
  readonly defaults: { readonly nodes: number; readonly clients: number; readonly workload: string };
  /** Names of the workloads its clients can perform. */
  readonly workloads: readonly string[];
  /** Names of the faults that make no sense here, with the reason. */
  readonly unsupportedFaults?: Readonly<Record<string, string>>;
  /** What the store promises with these options. Used unless the user says what to expect. */
  claims(options: Options, context: { workload: string; nodes: number }): readonly Expectation[];
  /** Opens one session. It may connect lazily; it must not retry. */
  createClient(context: ClientContext<Options>): Client;
  /** What is still missing until the cluster can be used, in a few words; `undefined`: ready. Called repeatedly. */
  notReady(context: ClusterContext<Options>): Promise<string | undefined>;
  /** The node that takes writes now, if one is known. Two may believe so: the one most clients would use. */
  leader?(context: ClusterContext<Options>): Promise<string | undefined>;
  /** Facts for the verdict's text and `run.json`, read from the running store: version, persistence, roles. */
  describe?(context: ClusterContext<Options>): Promise<Json>;
}

export interface ClientContext<Options> {
  readonly runtime: Runtime;
  readonly options: Options;
  readonly nodes: readonly Endpoint[];
  /** The process that this session belongs to: a number that never repeats. */
  readonly process: number;
  readonly random: Random;
  /** An operation that has taken this long is given up by the engine, which then closes the client. */
  readonly timeout: Nanoseconds;
}

/** The containers of one cluster. */
export interface DockerPlan {
  readonly image: ImagePlan;
  readonly nodes: readonly NodePlan[];
}

/** By registry name where the user asks for one, else built from `docker/<folder>/Dockerfile` on riftcheck's base image. */
export interface ImagePlan {
  /** Folder under `docker/` that holds the Dockerfile. */
  readonly folder: string;
  /** A ready image the user named instead; pulled if it is not there. */
  readonly name?: string;
}

export interface NodePlan {
  readonly node: string;
  /** The node's processes: each runs in a container of its own that shares the node's network. */
  readonly processes: readonly ProcessPlan[];
}

export interface ProcessPlan {
  readonly name: string;
  readonly command: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

/** The home-made store of a simulated cluster: one `SimNode` per node. */
export interface SimPlan {
  createNode(context: NodeContext): StoreNode;
  /** Network of the simulation; left out: the default of a local network. */
  readonly network?: { readonly latencyMean?: Nanoseconds; readonly loss?: number };
}

/** All a home-made store may touch: no clock, timer, chance or network but these. */
export interface NodeContext {
  readonly node: string;
  readonly peers: readonly string[];
  readonly random: Random;
  now(): Nanoseconds;
  /** Sends a message to another node; it may be lost, delayed or overtaken. */
  send(to: string, message: Json): void;
  /** Calls back after `ns` unless the node crashed or the returned function was called. */
  after(ns: Nanoseconds, callback: () => void): () => void;
  /** What survives a crash. Writes are durable when `set` returns. */
  readonly disk: NodeDisk;
  log(line: string): void;
}

export interface NodeDisk {
  get(key: string): Json | undefined;
  set(key: string, value: Json): void;
  /** Appends to a log that survives a crash. */
  append(log: string, entry: Json): void;
  read(log: string): readonly Json[];
  truncate(log: string, length: number): void;
}

/** One node of a home-made store. A crash drops the object; a restart makes a new one on the same disk. */
export interface StoreNode {
  onMessage(from: string, message: Json): void;
  /** A client's request; `reply` may be called later, once. */
  onRequest(request: Json, reply: (response: Json) => void): void;
  /** What the node thinks of itself, for leader discovery and reports. */
  status(): { readonly leader: string | undefined; readonly role: string };
}
