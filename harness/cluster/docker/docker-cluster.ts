import type Docker from "dockerode";
import type {
  Capability,
  ClockControl,
  Cluster,
  ConnectionControl,
  DiskControl,
  Link,
  LinkShaping,
  MachineControl,
  NodeState,
  PowerControl,
  PressureControl,
  ShutdownControl,
} from "#core/cluster";
import { HarnessError } from "#core/errors";
import type { Json } from "#core/json";
import type { Endpoint, Runtime } from "#core/runtime";
import { SECOND } from "#core/units";
import { removeRun } from "./clean.ts";
import { DockerClocks } from "./clocks.ts";
import { DockerConnections } from "./connections.ts";
import { DockerDisk } from "./disk-faults.ts";
import type { Disks } from "./disks.ts";
import type { Image } from "./image.ts";
import { DockerMachines } from "./machines.ts";
import type { RunNetwork } from "./network.ts";
import { PacketFilter } from "./packet-filter.ts";
import { DockerPower } from "./power.ts";
import { DockerPressure } from "./pressure.ts";
import { DockerShaping } from "./shaping.ts";
import {
  killPod,
  type Pod,
  pausePod,
  podFailure,
  podIncarnation,
  podLogs,
  podState,
  resumePod,
  startProcesses,
  stopPod,
} from "./pod.ts";

export interface DockerClusterParts {
  readonly engine: Docker;
  readonly run: string;
  readonly runtime: Runtime;
  readonly pods: readonly Pod[];
  readonly ports: Readonly<Record<string, number>>;
  /** Whether its processes tell what their store threw. */
  readonly homeMade: boolean;
  readonly network: RunNetwork;
  readonly images: readonly Image[];
  readonly engineVersion: string;
  /** What was prepared for some faults; the rest is there anyway. */
  readonly prepared: readonly Capability[];
  /** File systems of the processes' own, if one of those faults needs them. */
  readonly disks: Disks | undefined;
}

/** Nodes in containers on a private network of this run. Disposing removes all of it. */
export class DockerCluster implements Cluster {
  readonly environment = "docker";
  readonly nodes: readonly string[];
  readonly clientLinks = true;
  readonly connections: ConnectionControl;
  readonly shutdown: ShutdownControl;
  readonly pressure: PressureControl;
  readonly machines: MachineControl;
  readonly clocks?: ClockControl;
  readonly shaping?: LinkShaping;
  readonly power?: PowerControl;
  readonly disk?: DiskControl;
  readonly #parts: DockerClusterParts;
  readonly #pods: ReadonlyMap<string, Pod>;
  readonly #filter: PacketFilter;
  #failure: HarnessError | undefined;
  #disposed: Promise<void> | undefined;

  constructor(parts: DockerClusterParts) {
    this.#parts = parts;
    this.nodes = parts.pods.map(({ node }) => node);
    this.#pods = new Map(parts.pods.map((pod) => [pod.node, pod]));
    const clients = parts.network.clients;
    const shaping = parts.prepared.includes("shaping") ? new DockerShaping(this.#pods) : undefined;
    this.#filter = new PacketFilter(this.#pods, clients, {
      runtime: parts.runtime,
      shaped: () => shaping?.inForce ?? false,
    });
    this.connections = new DockerConnections(this.#pods, clients);
    this.pressure = new DockerPressure(this.#pods);
    this.shutdown = {
      stop: async (node, patience) => {
        const byItself = await stopPod(this.#pod(node), Math.ceil(patience / SECOND));
        await this.#lookForFailure(this.#pod(node));
        return byItself;
      },
    };
    if (parts.prepared.includes("clocks")) this.clocks = new DockerClocks(this.#pods, parts.runtime);
    if (shaping !== undefined) this.shaping = shaping;
    const disk = parts.disks === undefined ? undefined : new DockerDisk(this.#pods, parts.disks);
    this.machines = new DockerMachines(parts.engine, this.#pods, disk);
    if (parts.disks !== undefined && disk !== undefined) {
      this.power = new DockerPower(this.#pods, parts.disks);
      this.disk = disk;
    }
  }

  /** Confirms, once the store runs, that what was prepared works here. @throws HarnessError `setup-failed` */
  async verify(): Promise<void> {
    if (this.clocks instanceof DockerClocks) await this.clocks.verify();
    if (this.shaping instanceof DockerShaping) await this.shaping.verify();
  }

  endpoint(node: string): Endpoint {
    return { node, host: this.#pod(node).address, ports: this.#parts.ports };
  }

  async kill(node: string): Promise<void> {
    await killPod(this.#pod(node));
    await this.#lookForFailure(this.#pod(node));
  }

  /** What ended the processes cannot be seen any more once they run again. */
  async start(node: string): Promise<void> {
    const pod = this.#pod(node);
    await this.#lookForFailure(pod);
    try {
      await startProcesses(pod);
    } catch (error) {
      await this.#lookForFailure(pod);
      throw this.#failure ?? error;
    }
  }

  pause(node: string): Promise<void> {
    return pausePod(this.#pod(node));
  }

  resume(node: string): Promise<void> {
    return resumePod(this.#pod(node));
  }

  state(node: string): Promise<NodeState> {
    return podState(this.#pod(node));
  }

  incarnation(node: string): Promise<string> {
    return podIncarnation(this.#pod(node));
  }

  block(links: readonly Link[]): Promise<void> {
    return this.#filter.block(links);
  }

  unblock(links?: readonly Link[]): Promise<void> {
    return links === undefined ? this.#filter.unblockAll() : this.#filter.unblock(links);
  }

  dropped(links?: readonly Link[]): Promise<number> {
    return this.#filter.dropped(links);
  }

  reachable(from: string, to: string): Promise<boolean> {
    return this.#filter.reachable(from, to);
  }

  async failure(): Promise<HarnessError | undefined> {
    await Promise.all([...this.#pods.values()].map((pod) => this.#lookForFailure(pod)));
    return this.#failure;
  }

  describe(): Json {
    const { network, images, engineVersion } = this.#parts;
    return {
      engine: engineVersion,
      network: network.range,
      addresses: Object.fromEntries(network.addresses),
      images: images.map(({ name, id }) => ({ name, id })),
    };
  }

  async logs(): Promise<Readonly<Record<string, string>>> {
    const logs = await Promise.all([...this.#pods.values()].map((pod) => podLogs(pod)));
    return Object.assign({}, ...logs) as Record<string, string>;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposed ??= removeRun(this.#parts.engine, this.#parts.run).then(() => undefined);
    await this.#disposed;
  }

  async #lookForFailure(pod: Pod): Promise<void> {
    if (this.#parts.homeMade) this.#failure ??= await podFailure(pod);
  }

  #pod(node: string): Pod {
    const pod = this.#pods.get(node);
    if (pod === undefined) throw new HarnessError("internal", `there is no node ${node}`);
    return pod;
  }
}
