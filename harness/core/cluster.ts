import type { Json } from "./json.ts";
import type { Endpoint, Runtime } from "./runtime.ts";

export type NodeState = "running" | "paused" | "stopped";

/** Packets sent by `from` to `to` are dropped. */
export interface Link {
  readonly from: string;
  readonly to: string;
}

/**
 * A running set of nodes, whatever they live in. Faults are made of these primitives; each one resolves only when its
 * effect was confirmed. Disposing tears everything down.
 */
export interface Cluster extends AsyncDisposable {
  readonly environment: "docker" | "sim" | "process" | "existing";
  readonly nodes: readonly string[];
  /** Aborted, with a HarnessError for reason, once the cluster sees the store break its protocol: that ends the run. */
  readonly broken?: AbortSignal;
  endpoint(node: string): Endpoint;

  /** Ends every store process of the node with SIGKILL; resolves when they are gone. Harmless on a stopped node. */
  kill(node: string): Promise<void>;
  /** Starts the node's processes again with the data they left; resolves when they run. Harmless on a running node. */
  start(node: string): Promise<void>;
  /** Stops the node's processes from running without ending them. Harmless on a paused node. */
  pause(node: string): Promise<void>;
  resume(node: string): Promise<void>;
  state(node: string): Promise<NodeState>;
  /** What proves that a node's processes are others than before: process ids or start times. */
  incarnation(node: string): Promise<string>;

  /** Drops the packets of these links, in addition to those dropped already. */
  block(links: readonly Link[]): Promise<void>;
  /** Removes every rule that `block` made, on every node, and confirms that none is left. Harmless when there is none. */
  unblock(): Promise<void>;
  /** Packets dropped so far by the rules in force. */
  dropped(): Promise<number>;
  /** Whether a packet from `from` arrives at `to` and is answered. */
  reachable(from: string, to: string): Promise<boolean>;

  /** Image ids, versions, addresses: what `run.json` keeps of where the run happened. */
  describe(): Json;
  /** Log text of every process, by `<node>/<process>.log`. */
  logs(): Promise<Readonly<Record<string, string>>>;
}

/** What a target needs to look at its own cluster. */
export interface ClusterContext<Options> {
  readonly runtime: Runtime;
  readonly cluster: Cluster;
  readonly options: Options;
}
