import type { Cluster, Link, NodeState } from "#core/cluster";
import { assert, OperationError } from "#core/errors";
import type { Json } from "#core/json";
import type { Random } from "#core/random";
import type { Connection, Endpoint } from "#core/runtime";
import { LOCAL_NETWORK, type NetworkOptions, type SimPlan } from "#core/store-node";
import { SimConnection } from "./connection.ts";
import { SimHost } from "./host.ts";
import { drawDelay, type NetworkCounts, SimNetwork } from "./network.ts";
import type { SimRuntime } from "./runtime.ts";

export interface SimClusterSettings {
  readonly runtime: SimRuntime;
  readonly plan: SimPlan;
  readonly nodes: readonly string[];
  /** Source of everything that is left to chance in network and nodes. */
  readonly random: Random;
}

/** Starts every node; their first timers run once `runVirtual` does. */
export async function startSimCluster(settings: SimClusterSettings): Promise<SimCluster> {
  const cluster = new SimCluster(settings);
  for (const node of cluster.nodes) await cluster.start(node);
  return cluster;
}

/** A cluster of simulated nodes. Clients reach every living node, whatever links between nodes are blocked. */
export class SimCluster implements Cluster {
  readonly environment = "sim";
  readonly nodes: readonly string[];
  readonly #runtime: SimRuntime;
  readonly #options: NetworkOptions;
  readonly #network: SimNetwork;
  readonly #hosts: ReadonlyMap<string, SimHost>;
  readonly #clientRandom: Random;

  constructor({ runtime, plan, nodes, random }: SimClusterSettings) {
    this.nodes = nodes;
    this.#runtime = runtime;
    this.#options = { ...LOCAL_NETWORK, ...plan.network };
    this.#clientRandom = random.fork("clients");
    const receive = (to: string, from: string, message: Json): void => this.#host(to).receive(from, message);
    this.#network = new SimNetwork(runtime, random.fork("network"), nodes, this.#options, receive);
    const environment = { runtime, network: this.#network, plan, nodes, random: random.fork("nodes") };
    this.#hosts = new Map(nodes.map((node) => [node, new SimHost(node, environment)]));
    runtime.serve((endpoint) => this.#connect(endpoint));
  }

  endpoint(node: string): Endpoint {
    return { node: this.#host(node).name, host: "", ports: {} };
  }

  async kill(node: string): Promise<void> {
    this.#host(node).kill();
  }

  async start(node: string): Promise<void> {
    this.#host(node).start();
  }

  async pause(node: string): Promise<void> {
    this.#host(node).pause();
  }

  async resume(node: string): Promise<void> {
    this.#host(node).resume();
  }

  async state(node: string): Promise<NodeState> {
    return this.#host(node).state;
  }

  async incarnation(node: string): Promise<string> {
    return String(this.#host(node).incarnation);
  }

  async block(links: readonly Link[]): Promise<void> {
    this.#network.block(links);
  }

  async unblock(): Promise<void> {
    this.#network.unblock();
  }

  async dropped(): Promise<number> {
    return this.#network.dropped;
  }

  async reachable(from: string, to: string): Promise<boolean> {
    return !this.#network.isBlocked(from, to) && !this.#network.isBlocked(to, from);
  }

  describe(): Json {
    return { network: { ...this.#options } };
  }

  async logs(): Promise<Readonly<Record<string, string>>> {
    return Object.fromEntries(this.nodes.map((node) => [`${node}/store.log`, this.#host(node).logText()]));
  }

  /** What became of the messages between nodes so far. */
  messageCounts(): NetworkCounts {
    return { ...this.#network.counts };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#runtime.serve(undefined);
    for (const host of this.#hosts.values()) host.kill();
  }

  #host(node: string): SimHost {
    const host = this.#hosts.get(node);
    assert(host !== undefined, `no node ${node} in the simulated cluster`);
    return host;
  }

  /** One round trip: the node's machine accepts if its process lives, paused or not. */
  #connect(endpoint: Endpoint): Promise<Connection> {
    const host = this.#host(endpoint.node);
    const delay = (): number => drawDelay(this.#clientRandom, this.#options);
    return new Promise((resolve, reject) => {
      this.#runtime.schedule(delay(), () => {
        if (host.state === "stopped") {
          const refusal = new OperationError("connection-refused", `${host.name} refused the connection`, {
            node: host.name,
          });
          this.#runtime.after(delay(), () => reject(refusal));
        } else {
          const connection = new SimConnection(this.#runtime, host, delay);
          connection.toClient(() => resolve(connection));
        }
      });
    });
  }
}
