import type { Capability, Cluster } from "#core/cluster";
import { HarnessError } from "#core/errors";
import { Random } from "#core/random";
import type { Runtime } from "#core/runtime";
import type { SimPlan } from "#core/store-node";
import type { Target } from "#core/target";
import { formatDuration, MILLISECOND, SECOND } from "#core/units";
import { startSimCluster } from "../cluster/sim/cluster.ts";
import { runVirtual, type VirtualLimits } from "../cluster/sim/run-virtual.ts";
import { SimRuntime } from "../cluster/sim/runtime.ts";
import type { ExistingCluster } from "../cluster/existing/existing-cluster.ts";
import type { DescribedCluster } from "./existing/cluster-file.ts";
import { inContainers } from "./home-made.ts";
import { RealTimeRuntime } from "../engine/real-time.ts";

export type EnvironmentName = "docker" | "sim" | "process" | "existing";

/** A cluster under way and the time it lives in. Disposing tears it down. */
export interface Environment extends AsyncDisposable {
  readonly runtime: Runtime;
  readonly cluster: Cluster;
  /** Runs `main` in the environment's time. Everything that waits must be inside. */
  drive<T>(main: () => Promise<T>): Promise<T>;
}

export interface EnvironmentSettings {
  readonly runId: string;
  readonly target: Target;
  /** Path of the user's module that the target is from; left out: one of riftcheck's own. */
  readonly module?: string | undefined;
  readonly options: unknown;
  readonly workload: string;
  readonly nodes: readonly string[];
  readonly seed: string;
  readonly signal: AbortSignal;
  /** Of containers: what its faults will need. */
  readonly needs?: readonly Capability[];
  /** Of a cluster that already runs: where it is, and how it is broken. */
  readonly described?: DescribedCluster | undefined;
  /** Of a simulation: makes another plan out of the target's, such as one with a slower network. */
  readonly adapt?: (plan: SimPlan) => SimPlan;
  /** Of a simulation: after what it counts as endless. */
  readonly limits?: VirtualLimits;
  onStep(text: string): void;
  /** Told what nodes logged, where the start-up fails after they ran. */
  onLogs?(logs: Readonly<Record<string, string>>): void;
}

/** Where a target lives unless the user says otherwise: its first environment. @throws HarnessError `usage` */
export function chooseEnvironment(target: Target, asked: string | undefined): EnvironmentName {
  const possible: EnvironmentName[] = Object.keys(target.environments) as EnvironmentName[];
  // What is written against `StoreNode` runs over real sockets as well.
  if (target.environments.sim !== undefined && !possible.includes("docker")) possible.push("docker");
  // Clients that reach containers reach whatever else has an address.
  if (possible.includes("docker")) possible.push("existing");
  const name = asked === undefined ? possible[0] : possible.find((one) => one === asked);
  if (name === undefined) {
    throw new HarnessError("usage", `--env ${asked}: ${target.name} lives in: ${possible.join(", ")}`);
  }
  return name;
}

/** Starts the cluster and waits until the target says that it is ready. */
export function startEnvironment(name: EnvironmentName, settings: EnvironmentSettings): Promise<Environment> {
  switch (name) {
    case "sim":
      return startSimulation(settings);
    case "docker":
      return startContainers(settings);
    case "process":
      return startPrograms(settings);
    case "existing":
      return findCluster(settings);
  }
}

/** A simulated cluster elects its leader within a few timeouts. */
const SIM_READY_WITHIN = 60 * SECOND;

async function startSimulation(settings: EnvironmentSettings): Promise<Environment> {
  const { target, options, nodes, seed } = settings;
  const planned = target.environments.sim?.(options);
  if (planned === undefined) throw new HarnessError("internal", `${target.name} has no simulation`);
  const plan = settings.adapt?.(planned) ?? planned;
  const random = new Random(seed);
  const runtime = new SimRuntime(random.fork("run"));
  const cluster = await startSimCluster({ runtime, plan, nodes, random: random.fork("cluster") });
  await runVirtual(
    runtime,
    async () => {
      for (;;) {
        const missing = await target.notReady({ runtime, cluster, options });
        if (missing === undefined) return;
        if (runtime.now() > SIM_READY_WITHIN) {
          throw new HarnessError(
            "node-not-ready",
            `not ready after ${formatDuration(runtime.now())}: ${missing}`,
          );
        }
        await runtime.sleep(10 * MILLISECOND);
      }
    },
    settings.limits,
  );
  return {
    runtime,
    cluster,
    drive: (main) => runVirtual(runtime, main, settings.limits),
    [Symbol.asyncDispose]: () => cluster[Symbol.asyncDispose](),
  };
}

async function startPrograms(settings: EnvironmentSettings): Promise<Environment> {
  const { startProcessCluster } = await import("../cluster/process/cluster.ts");
  const { target, options, workload, nodes, seed, signal } = settings;
  const plan = target.environments.process?.(options, { workload, nodes });
  if (plan === undefined) throw new HarnessError("internal", `${target.name} runs as no program`);
  const runtime = new RealTimeRuntime(seed);
  const random = new Random(seed).fork("cluster");
  const cluster = await startProcessCluster({ runtime, plan, nodes, random, signal });
  return {
    runtime: connectingTo(runtime, cluster),
    cluster,
    drive: (main) => main(),
    [Symbol.asyncDispose]: () => cluster[Symbol.asyncDispose](),
  };
}

/** Real time whose connections lead to the programs of a cluster instead of to sockets. */
function connectingTo(runtime: Runtime, { connect }: Pick<Runtime, "connect">): Runtime {
  return {
    virtual: false,
    random: runtime.random,
    now: () => runtime.now(),
    sleep: (ns, signal) => runtime.sleep(ns, signal),
    after: (ns, callback) => runtime.after(ns, callback),
    connect,
  };
}

/** Somebody who names a cluster says that it runs: what is not ready soon will not be. */
const FOUND_WITHIN = 30 * SECOND;
const FOUND_POLL = 200 * MILLISECOND;

async function findCluster(settings: EnvironmentSettings): Promise<Environment> {
  const { target, options, described, seed, signal, onStep } = settings;
  if (described === undefined)
    throw new HarnessError(
      "usage",
      "a run on a cluster that already ran is not repeated: its command does it again",
    );
  const { ExistingCluster } = await import("../cluster/existing/existing-cluster.ts");
  const runtime = new RealTimeRuntime(seed);
  const cluster: ExistingCluster = new ExistingCluster(described, runtime);
  const end = runtime.now() + FOUND_WITHIN;
  for (let told = ""; ; ) {
    const missing = await target.notReady({ runtime, cluster, options });
    if (missing === undefined) break;
    if (signal.aborted) throw new HarnessError("setup-failed", "looking for the cluster was interrupted");
    if (runtime.now() > end)
      throw new HarnessError("node-not-ready", `the cluster is not ready: ${missing}`, {
        hint: "--env existing takes a cluster that runs; see the addresses of --nodes or --cluster",
      });
    if (missing !== told) onStep(`waiting: ${missing}`);
    told = missing;
    await runtime.sleep(FOUND_POLL, signal);
  }
  return {
    runtime,
    cluster,
    drive: (main) => main(),
    [Symbol.asyncDispose]: () => cluster[Symbol.asyncDispose](),
  };
}

async function startContainers(settings: EnvironmentSettings): Promise<Environment> {
  const { startDockerCluster } = await import("../cluster/docker/start.ts");
  const { options, nodes, seed, runId, signal, needs, onStep } = settings;
  const target = inContainers(settings.target, settings.module, seed);
  const runtime = new RealTimeRuntime(seed);
  const cluster = await startDockerCluster({
    ...{ runId, target, options, nodes, runtime, signal, needs, onStep },
    onLogs: (logs) => settings.onLogs?.(logs),
  });
  return {
    runtime,
    cluster,
    drive: (main) => main(),
    [Symbol.asyncDispose]: () => cluster[Symbol.asyncDispose](),
  };
}
