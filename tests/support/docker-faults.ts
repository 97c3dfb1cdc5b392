import { randomUUID } from "node:crypto";
import type Docker from "dockerode";
import { expect } from "vitest";
import type { Capability, Cluster } from "#core/cluster";
import type { Json } from "#core/json";
import type { ActiveFault, NemesisContext } from "#core/nemesis";
import type { Target } from "#core/target";
import { MILLISECOND, SECOND } from "#core/units";
import { connectEngine } from "../../harness/cluster/docker/engine.ts";
import { type ExecResult, mustRunIn, runIn } from "../../harness/cluster/docker/exec.ts";
import { nameOf } from "../../harness/cluster/docker/labels.ts";
import { remainingRules, SHAPE_CHAIN } from "../../harness/cluster/docker/rules.ts";
import { startDockerCluster } from "../../harness/cluster/docker/start.ts";
import { nemesisHooks } from "../../harness/engine/target-hooks.ts";
import { RealTimeRuntime } from "../../harness/engine/real-time.ts";
import { faults } from "../../harness/nemeses/registry.ts";

export const SOON = { timeout: 30_000, interval: 100 };

/** A cluster in containers, and what can be seen of it from outside of riftcheck's own faults. Disposing removes it. */
export class FaultScene<Options> implements AsyncDisposable {
  readonly run: string;
  readonly runtime: RealTimeRuntime;
  readonly cluster: Cluster;
  readonly #engine: Docker;
  readonly #target: Target<Options>;
  readonly #options: Options;
  readonly #inForce = new Set<ActiveFault>();

  private constructor(
    run: string,
    runtime: RealTimeRuntime,
    {
      engine,
      cluster,
      target,
      options,
    }: { engine: Docker; cluster: Cluster; target: Target<Options>; options: Options },
  ) {
    this.run = run;
    this.runtime = runtime;
    this.cluster = cluster;
    this.#engine = engine;
    this.#target = target;
    this.#options = options;
  }

  static async start<Options>(
    target: Target<Options>,
    options: Options,
    nodes: readonly string[],
    needs: readonly Capability[],
  ): Promise<FaultScene<Options>> {
    const run = `test-${randomUUID().slice(0, 8)}`;
    const runtime = new RealTimeRuntime(run);
    const cluster = await startDockerCluster({ runId: run, nodes, target, options, runtime, needs });
    return new FaultScene(run, runtime, { engine: await connectEngine(), cluster, target, options });
  }

  get context(): NemesisContext {
    const { runtime, cluster } = this;
    const options = this.#options;
    return {
      runtime,
      cluster,
      stop: new AbortController().signal,
      leader: async () => this.#target.leader?.({ runtime, cluster, options }),
      ...nemesisHooks(this.#target as Target, { runtime, cluster, options }),
    };
  }

  ready(): Promise<string | undefined> {
    const { runtime, cluster } = this;
    return this.#target.notReady({ runtime, cluster, options: this.#options });
  }

  /** Starts a fault that lasts three seconds, unless it is told otherwise. */
  async start(
    name: string,
    on: readonly string[],
    parameters: Record<string, Json>,
    length = 3 * SECOND,
  ): Promise<ActiveFault> {
    const fault = faults[name];
    if (fault === undefined) throw new Error(`there is no fault ${name}`);
    const entry = { id: 1, at: this.runtime.now(), for: length, fault: name, on: [...on], parameters };
    const active = await fault.start(this.context, entry);
    this.#inForce.add(active);
    return active;
  }

  /** Whatever a test left in force, so that the next begins with a whole cluster. */
  async settle(): Promise<void> {
    for (const active of this.#inForce) await active.heal();
    this.#inForce.clear();
    await expect.poll(() => this.ready(), SOON).toBeUndefined();
  }

  /** Heals it twice: the second time changes nothing and tells the same. @returns what it told */
  async heal(active: ActiveFault): Promise<Record<string, Json>> {
    const told = await active.heal();
    this.#inForce.delete(active);
    expect(active.hadEffect(), JSON.stringify(told)).toBe(true);
    expect(await active.heal()).toEqual(told);
    return told as Record<string, Json>;
  }

  /** In the node's holder: its network, none of its processes. */
  inHolder(node: string, ...command: string[]): Promise<string> {
    return mustRunIn(this.#engine.getContainer(nameOf(this.run, node)), command);
  }

  /** As `inHolder`, whatever it ends with. */
  tryInHolder(node: string, ...command: string[]): Promise<ExecResult> {
    return runIn(this.#engine.getContainer(nameOf(this.run, node)), command);
  }

  container(node: string, process = "store"): Docker.Container {
    return this.#engine.getContainer(nameOf(this.run, node, process));
  }

  /** In the container of one of its processes, with its environment and its disk. */
  inside(node: string, ...command: string[]): Promise<string> {
    return mustRunIn(this.container(node), command);
  }

  tryInside(node: string, ...command: string[]): Promise<ExecResult> {
    return runIn(this.container(node), command);
  }

  /** Nanoseconds by which the time of day inside is ahead of that outside, as far as reading both takes no time: [least, most]. */
  async aheadInside(node: string): Promise<[number, number]> {
    const before = Date.now();
    const inside = Number(await this.inside(node, "date", "+%s%3N"));
    return [(inside - Date.now() - 1) * MILLISECOND, (inside - before + 1) * MILLISECOND];
  }

  /** Rules and queues by which packets are shaped, of all nodes. */
  async shapingLeft(): Promise<string[]> {
    const left = await Promise.all(
      this.cluster.nodes.map(async (node) => [
        ...remainingRules(await this.inHolder(node, "iptables", "--wait", "-S", SHAPE_CHAIN)),
        ...(await this.inHolder(node, "cat", "/proc/net/netfilter/nfnetlink_queue")).split("\n"),
      ]),
    );
    return left.flat().filter((line) => line.trim() !== "");
  }

  /** A counter of the kernel for the node's network: `Tcp` `OutRsts`, `Icmp` `InCsumErrors`, … */
  async networkCounter(node: string, protocol: string, counter: string): Promise<number> {
    const lines = (await this.inHolder(node, "cat", "/proc/net/snmp")).split("\n");
    const [names, values] = lines
      .filter((line) => line.startsWith(`${protocol}:`))
      .map((line) => line.split(" "));
    return Number(values?.[names?.indexOf(counter) ?? -1]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.cluster[Symbol.asyncDispose]();
  }
}
