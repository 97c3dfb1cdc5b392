import type { Cluster, NodeState } from "#core/cluster";
import { HarnessError } from "#core/errors";
import type { Json } from "#core/json";
import type { Endpoint, Runtime } from "#core/runtime";
import { type FaultCommands, UserCommands } from "./commands.ts";
import { runShell } from "./shell.ts";

export interface ExistingClusterPlan {
  readonly endpoints: readonly Endpoint[];
  readonly faults: Readonly<Record<string, FaultCommands>>;
  /** Prints a node's log; a command for `sh -c`. */
  readonly logs?: string | undefined;
}

/** Of each node's log; its end is what tells of the run. */
const LOG_MAX_CHARACTERS = 16_000_000;

/** A cluster that somebody else started and will end. It is broken and healed by the user's commands, or not at all. */
export class ExistingCluster implements Cluster {
  readonly environment = "existing";
  readonly nodes: readonly string[];
  readonly commands: UserCommands;
  readonly #plan: ExistingClusterPlan;

  constructor(plan: ExistingClusterPlan, runtime: Runtime) {
    this.#plan = plan;
    this.nodes = plan.endpoints.map(({ node }) => node);
    this.commands = new UserCommands(runtime, plan.faults, plan.endpoints);
  }

  endpoint(node: string): Endpoint {
    const endpoint = this.#plan.endpoints.find((one) => one.node === node);
    if (endpoint === undefined) throw new HarnessError("internal", `there is no node ${node}`);
    return endpoint;
  }

  kill = (): Promise<never> => this.#notOurs("killed");
  pause = (): Promise<never> => this.#notOurs("paused");
  resume = (): Promise<never> => this.#notOurs("resumed");
  start = (): Promise<never> => this.#notOurs("started");
  block = (): Promise<never> => this.#notOurs("cut off");

  /** Nothing of it is ours to heal: what commands began, `commands` ends. */
  state = (): Promise<NodeState> => Promise.resolve("running");
  unblock = (): Promise<void> => Promise.resolve();
  dropped = (): Promise<number> => Promise.resolve(0);
  reachable = (): Promise<boolean> => Promise.resolve(true);
  incarnation = (node: string): Promise<string> => Promise.resolve(node);

  describe(): Json {
    const { endpoints, faults } = this.#plan;
    return {
      addresses: Object.fromEntries(endpoints.map(({ node, host, ports }) => [node, { host, ports }])),
      faultCommands: Object.fromEntries(
        Object.entries(faults).map(([name, { start, verify, heal }]) => [name, { start, verify, heal }]),
      ),
    };
  }

  async logs(): Promise<Readonly<Record<string, string>>> {
    const { logs, endpoints } = this.#plan;
    if (logs === undefined) return {};
    return Object.fromEntries(
      await Promise.all(
        endpoints.map(async ({ node, host }): Promise<[string, string]> => {
          const { output } = await runShell(logs, { NODE: node, HOST: host }, LOG_MAX_CHARACTERS);
          return [`${node}/store.log`, `${output}\n`];
        }),
      ),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.commands.reset();
  }

  #notOurs(what: string): Promise<never> {
    return Promise.reject(
      new HarnessError(
        "fault-failed",
        `nodes of a cluster that already ran are not ${what} by riftcheck itself`,
      ),
    );
  }
}
