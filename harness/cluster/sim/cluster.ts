import {
  CLIENTS,
  type ClockControl,
  type Cluster,
  type Link,
  type LinkShaping,
  type NodeState,
  type PowerControl,
  type SpeedControl,
} from "#core/cluster";
import { assert, OperationError } from "#core/errors";
import type { Json } from "#core/json";
import type { Random } from "#core/random";
import type { Connection, Endpoint } from "#core/runtime";
import { LOCAL_NETWORK, type NetworkOptions, type SimPlan } from "#core/store-node";
import { SimConnection, type Streams } from "./connection.ts";
import { SimHost } from "./host.ts";
import { describeLoads } from "./load.ts";
import { type NetworkCounts, SimNetwork } from "./network.ts";
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

/** A cluster of simulated nodes: it can do all that faults ask for. */
export class SimCluster implements Cluster {
  readonly environment = "sim";
  readonly nodes: readonly string[];
  readonly clientLinks = true;
  readonly #runtime: SimRuntime;
  readonly #options: NetworkOptions;
  readonly #network: SimNetwork;
  readonly #hosts: ReadonlyMap<string, SimHost>;

  constructor({ runtime, plan, nodes, random }: SimClusterSettings) {
    this.nodes = nodes;
    this.#runtime = runtime;
    this.#options = { ...LOCAL_NETWORK, ...plan.network };
    this.#network = new SimNetwork({
      runtime,
      random: random.fork("network"),
      nodes,
      options: (from, to) => this.#linkOptions(plan, from, to),
      receive: (to, from, message) => this.#host(to).receive(from, message),
    });
    const environment = { runtime, network: this.#network, plan, nodes, random: random.fork("nodes") };
    this.#hosts = new Map(nodes.map((node) => [node, new SimHost(node, environment)]));
    runtime.serve((endpoint) => this.#connect(endpoint));
    runtime.explainFlood(() => describeLoads([...this.#hosts.values()]));
  }

  readonly power: PowerControl = { cut: async (node) => this.#host(node).cutPower() };

  readonly clocks: ClockControl = {
    ahead: async (node) => this.#host(node).clock.timeOfDay() - this.#runtime.now(),
    jump: async (node, by) => this.#host(node).clock.jump(by),
    setRate: async (node, rate) => this.#host(node).clock.setRate(rate),
    reset: async (node) => this.#host(node).clock.reset(),
  };

  readonly shaping: LinkShaping = {
    shape: async (links, conditions) => {
      const shape = this.#network.shape(links, conditions);
      return { affected: async () => shape.affected, lift: async () => this.#network.unshape(shape) };
    },
    reset: async () => this.#network.unshapeAll(),
  };

  readonly speed: SpeedControl = {
    slow: async (node, perEvent) => this.#host(node).processor.slow(perEvent),
    restore: async (node) => this.#host(node).processor.restore(),
    slowed: async (node) => this.#host(node).processor.slowed,
  };

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

  async unblock(links?: readonly Link[]): Promise<void> {
    if (links === undefined) this.#network.unblockAll();
    else this.#network.unblock(links);
  }

  async dropped(links?: readonly Link[]): Promise<number> {
    return this.#network.dropped(links);
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

  /** Connections between clients and nodes repair losses, so only `link` can make them bad. */
  #linkOptions(plan: SimPlan, from: string, to: string): NetworkOptions {
    const connection = from === CLIENTS || to === CLIENTS;
    const repaired = connection ? { loss: 0, duplication: 0 } : {};
    return { ...this.#options, ...repaired, ...plan.link?.(from, to) };
  }

  /** One round trip: the node's machine accepts if its process lives, paused or not. Over a cut link, no answer ever. */
  #connect(endpoint: Endpoint): Promise<Connection> {
    const host = this.#host(endpoint.node);
    const streams: Streams = {
      toServer: this.#network.openStream(CLIENTS, host.name),
      toClient: this.#network.openStream(host.name, CLIENTS),
    };
    return new Promise((resolve, reject) => {
      streams.toServer.carry(null, () => {
        if (host.state === "stopped") {
          const refusal = new OperationError("connection-refused", `${host.name} refused the connection`, {
            node: host.name,
          });
          streams.toClient.carry(null, () => {
            this.#runtime.wake();
            reject(refusal);
          });
        } else {
          const connection = new SimConnection(this.#runtime, host, streams);
          connection.toClient(null, () => resolve(connection));
        }
      });
    });
  }
}
