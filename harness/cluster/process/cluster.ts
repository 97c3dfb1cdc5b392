import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cwd, env } from "node:process";
import type { Cluster, Link, NodeState } from "#core/cluster";
import { assert, type HarnessError, OperationError } from "#core/errors";
import type { Json } from "#core/json";
import type { Random } from "#core/random";
import type { Connection, Endpoint, Runtime } from "#core/runtime";
import type { ProgramPlan } from "#core/target";
import { formatDuration, type Nanoseconds, SECOND } from "#core/units";
import { type ProgramCommand, resolveCommand } from "./command.ts";
import { Guard } from "./guard.ts";
import { shown } from "./message.ts";
import { MessageNetwork } from "./network.ts";
import { NodeHost } from "./node-host.ts";
import { Router } from "./router.ts";

export interface ProcessClusterSettings {
  readonly runtime: Runtime;
  readonly plan: ProgramPlan;
  readonly nodes: readonly string[];
  readonly random: Random;
  readonly signal: AbortSignal;
  /** Nobody starts more slowly. */
  readonly initWithin?: Nanoseconds;
  /** A node that answers no client for so long while no fault is in force never will. */
  readonly silentFor?: Nanoseconds;
}

const INIT_WITHIN = 30 * SECOND;
const SILENT_FOR = 30 * SECOND;
const SILENCE_POLL = SECOND;

/** Starts a process for each node and has it answer `init`. @throws HarnessError `usage`, `setup-failed`, `node-not-ready`, `store-failed` */
export async function startProcessCluster(settings: ProcessClusterSettings): Promise<ProcessCluster> {
  const command = resolveCommand(settings.plan.command, cwd(), env["PATH"] ?? "");
  const cluster = new ProcessCluster(settings, command);
  try {
    await cluster.startAll();
    return cluster;
  } catch (error) {
    await cluster[Symbol.asyncDispose]();
    throw cluster.broken.aborted ? cluster.broken.reason : error;
  }
}

/** A cluster of child processes that talk through the harness. Clients reach every living node, whatever is cut. */
export class ProcessCluster implements Cluster {
  readonly environment = "process";
  readonly nodes: readonly string[];
  readonly #settings: ProcessClusterSettings;
  readonly #command: ProgramCommand;
  readonly #network: MessageNetwork;
  readonly #router: Router;
  readonly #hosts = new Map<string, NodeHost>();
  readonly #broken = new AbortController();
  /** Each node has a folder of its own that outlives its processes, though not the run. */
  readonly #folder = mkdtempSync(join(tmpdir(), "riftcheck-nodes-"));
  readonly #guard = new Guard(this.#folder);
  readonly #onExit = (): void => {
    for (const host of this.#hosts.values()) host.killNow();
    rmSync(this.#folder, { recursive: true, force: true });
  };
  readonly #paused = new Set<string>();
  #cancelWatch: () => void = () => undefined;
  #isDisposed = false;

  constructor(settings: ProcessClusterSettings, command: ProgramCommand) {
    const { runtime, plan, nodes, random, signal } = settings;
    this.#settings = settings;
    this.#command = command;
    this.nodes = nodes;
    this.#network = new MessageNetwork(runtime, random.fork("network"), plan.network);
    this.#router = new Router(plan, this.#network, random, this.#hosts);
    const world = {
      runtime,
      plan,
      command,
      nodes,
      signal,
      guard: this.#guard,
      initWithin: settings.initWithin ?? INIT_WITHIN,
      environmentOf: (node: string) => ({ ...env, RIFTCHECK_NODE_FOLDER: join(this.#folder, node) }),
      openClient: (host: NodeHost) => this.#router.openClient(host),
      onLine: (host: NodeHost, line: string) => {
        if (!this.broken.aborted) this.#router.route(host, line);
      },
      fail: (error: HarnessError) => this.#fail(error),
      onEnd: (host: NodeHost, why: string) => this.#router.disconnect(host, why),
    };
    for (const node of nodes) {
      mkdirSync(join(this.#folder, node));
      this.#hosts.set(node, new NodeHost(node, world));
    }
    process.on("exit", this.#onExit);
  }

  get broken(): AbortSignal {
    return this.#broken.signal;
  }

  /** Every node is there and knows its name before any is asked for more. */
  async startAll(): Promise<void> {
    const hosts = [...this.#hosts.values()];
    for (const host of hosts) await host.launch();
    await Promise.all(hosts.map((host) => host.initialize()));
    await Promise.all(hosts.map((host) => host.prepare()));
    this.#watchSilence();
  }

  endpoint(node: string): Endpoint {
    return { node: this.#host(node).name, host: "", ports: {} };
  }

  /** What `Runtime.connect` does here. */
  readonly connect = async (endpoint: Endpoint): Promise<Connection> => {
    const host = this.#host(endpoint.node);
    if (this.broken.aborted)
      throw new OperationError("connection-refused", "the run is over", { node: host.name });
    return this.#router.connect(host);
  };

  async kill(node: string): Promise<void> {
    await this.#host(node).kill();
    this.#paused.delete(node);
  }

  async start(node: string): Promise<void> {
    const host = this.#host(node);
    // Whoever broke the protocol is not started again to be healed.
    if (host.isAlive || this.broken.aborted) return;
    await host.launch();
    await host.initialize();
    await host.prepare();
  }

  async pause(node: string): Promise<void> {
    this.#paused.add(node);
    await this.#host(node).pause();
  }

  async resume(node: string): Promise<void> {
    await this.#host(node).resume();
    this.#paused.delete(node);
  }

  state(node: string): Promise<NodeState> {
    return this.#host(node).state();
  }

  async incarnation(node: string): Promise<string> {
    return this.#host(node).incarnation;
  }

  async block(links: readonly Link[]): Promise<void> {
    this.#network.block(links);
  }

  async unblock(links?: readonly Link[]): Promise<void> {
    this.#network.unblock(links);
  }

  async dropped(links?: readonly Link[]): Promise<number> {
    return this.#network.dropped(links);
  }

  async reachable(from: string, to: string): Promise<boolean> {
    return !this.#network.isBlocked(from, to) && !this.#network.isBlocked(to, from);
  }

  describe(): Json {
    const { program, arguments: rest } = this.#command;
    return { command: [program, ...rest], network: { ...this.#settings.plan.network } };
  }

  async logs(): Promise<Readonly<Record<string, string>>> {
    const counts = `${JSON.stringify(this.#network.counts)}\n`;
    return {
      ...Object.fromEntries([...this.#hosts].map(([node, { log }]) => [`${node}/stderr.log`, log.text()])),
      "network.json": counts,
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    this.#cancelWatch();
    await Promise.all([...this.#hosts.values()].map((host) => host.kill()));
    await this.#guard[Symbol.asyncDispose]();
    process.off("exit", this.#onExit);
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #host(node: string): NodeHost {
    const host = this.#hosts.get(node);
    assert(host !== undefined, `no node ${node} in the cluster of processes`);
    return host;
  }

  /** The first failure ends the run; the nodes end at once, so that a flood does. */
  #fail(error: HarnessError): void {
    if (this.broken.aborted || this.#isDisposed) return;
    this.#broken.abort(error);
    for (const host of this.#hosts.values()) {
      host.killNow();
      this.#router.disconnect(host, "the run is over");
    }
  }

  #watchSilence(): void {
    this.#cancelWatch = this.#settings.runtime.after(SILENCE_POLL, () => {
      const isFaulty =
        this.#network.isCut ||
        this.#paused.size > 0 ||
        [...this.#hosts.values()].some((host) => !host.isReady);
      for (const host of this.#hosts.values()) this.#hear(host, isFaulty);
      if (!this.#isDisposed && !this.broken.aborted) this.#watchSilence();
    });
  }

  /** A node cut off from others may have to wait for them: its silence counts from the end of the fault. */
  #hear(host: NodeHost, isFaulty: boolean): void {
    const now = this.#settings.runtime.now();
    const { unanswered } = host;
    if (unanswered === undefined) return;
    if (isFaulty) unanswered.since = now;
    else if (now - unanswered.since > (this.#settings.silentFor ?? SILENT_FOR)) {
      host.fail(
        `has answered nothing for ${formatDuration(now - unanswered.since)}, ${unanswered.count} requests wait, the first: ${shown(unanswered.request)}`,
      );
    }
  }
}
