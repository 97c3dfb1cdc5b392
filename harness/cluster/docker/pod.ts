import type Docker from "dockerode";
import type { NodeState } from "#core/cluster";
import { HarnessError } from "#core/errors";
import type { NodePlan, ProcessPlan } from "#core/target";
import { failureIn, STORE_FAILED_EXIT } from "../node/failure.ts";
import { storeFailed } from "../store-failure.ts";
import { CLOCK_FOLDER, clockEnvironment } from "./clocks.ts";
import { copyInto } from "./copy-into.ts";
import type { Image } from "./image.ts";
import { labelsOf, nameOf } from "./labels.ts";
import { interleaved, statusOf, unlessAlready } from "./replies.ts";

/** A busy node's log stays readable, and the disk is not filled. */
const LOG_MAX_SIZE = "64m";

/** Exit code of a process that SIGKILL ended: 128 and the signal's number. */
const KILLED_EXIT = 137;

/** SIGKILL takes milliseconds, unless the process is stuck in the kernel, waiting for a disk. */
const END_MAX_MS = 30_000;

export interface PodPlan {
  readonly run: string;
  readonly node: NodePlan;
  readonly address: string;
  readonly network: string;
  /** Addresses of all nodes: they know one another by name. */
  readonly hosts: ReadonlyMap<string, string>;
  readonly holderImage: Image;
  readonly storeImage: Image;
  /** Volume that the holder and the processes share for their clocks; undefined: the machine's clocks are theirs. */
  readonly clocks: string | undefined;
  /** By process: volume with a file system of its own for what it keeps. */
  readonly disks: ReadonlyMap<string, string>;
}

/**
 * One node: a *holder* container that owns the network namespace, the address and the packet filter, and the store's
 * process containers that join it. Killing and starting the store leaves address and rules alone.
 */
export interface Pod {
  readonly node: string;
  readonly address: string;
  readonly holder: Docker.Container;
  readonly plan: PodPlan;
  readonly processes: readonly PodProcess[];
}

/** A new machine in the place of the node's means another container. */
export interface PodProcess {
  readonly name: string;
  plan: ProcessPlan;
  container: Docker.Container;
  /** What the containers before this one logged. */
  earlierLog: string;
}

/** Creates and starts the holder, then the node's processes. */
export async function startPod(engine: Docker, plan: PodPlan): Promise<Pod> {
  const holder = await engine.createContainer(holderOptions(plan));
  await holder.start();
  const processes = await Promise.all(
    plan.node.processes.map(async (process) => {
      const container = await createProcess(engine, plan, process, holder.id);
      await container.start();
      return { name: process.name, plan: process, container, earlierLog: "" };
    }),
  );
  return { node: plan.node.node, address: plan.address, holder, plan, processes };
}

/** A container that does not run yet. @param holder id of the container that owns the network */
export async function createProcess(
  engine: Docker,
  plan: PodPlan,
  process: ProcessPlan,
  holder: string,
): Promise<Docker.Container> {
  const container = await engine.createContainer(processOptions(plan, process, holder));
  if (process.files !== undefined) await copyInto(container, process.files);
  return container;
}

function holderOptions(plan: PodPlan): Docker.ContainerCreateOptions {
  const hosts = [...plan.hosts].map(([node, address]) => `${node}:${address}`);
  return {
    name: nameOf(plan.run, plan.node.node),
    Image: plan.holderImage.id,
    Hostname: plan.node.node,
    Labels: labelsOf(plan.run),
    HostConfig: {
      NetworkMode: plan.network,
      CapAdd: ["NET_ADMIN"],
      ExtraHosts: hosts,
      Mounts: clockMounts(plan),
      ...logging(),
    },
    NetworkingConfig: {
      EndpointsConfig: { [plan.network]: { IPAMConfig: { IPv4Address: plan.address } } },
    },
  };
}

function processOptions(plan: PodPlan, process: ProcessPlan, holder: string): Docker.ContainerCreateOptions {
  const environment = {
    ...process.environment,
    ...(plan.clocks === undefined ? {} : clockEnvironment(process.name)),
  };
  return {
    name: nameOf(plan.run, plan.node.node, process.name),
    Image: plan.storeImage.id,
    ...(process.command.length === 0 ? {} : { Cmd: [...process.command] }),
    ...(process.entrypoint === undefined ? {} : { Entrypoint: [...process.entrypoint] }),
    ...(process.user === undefined ? {} : { User: process.user }),
    ...(process.folder === undefined ? {} : { WorkingDir: process.folder }),
    Env: Object.entries(environment).map(([name, value]) => `${name}=${value}`),
    Labels: labelsOf(plan.run),
    HostConfig: {
      NetworkMode: `container:${holder}`,
      Mounts: [...clockMounts(plan), ...diskMounts(plan, process)],
      ...logging(),
    },
  };
}

/** The engine fills an empty volume with what the holder's image has in the folder. */
const clockMounts = ({ clocks }: PodPlan): Docker.MountConfig =>
  clocks === undefined ? [] : [{ Type: "volume", Source: clocks, Target: CLOCK_FOLDER }];

function diskMounts({ disks }: PodPlan, { name, data }: ProcessPlan): Docker.MountConfig {
  const volume = disks.get(name);
  return volume === undefined || data === undefined ? [] : [{ Type: "volume", Source: volume, Target: data }];
}

/** The engine's default log driver may keep nothing that can be read back. */
const logging = (): Docker.HostConfig => ({
  LogConfig: { Type: "json-file", Config: { "max-size": LOG_MAX_SIZE } },
});

/** What the holder has not done yet: it says `ready` when the chain for fault rules is there. @throws if it ended */
export async function holderMissing({ node, holder }: Pod): Promise<string | undefined> {
  const text = interleaved(await holder.logs({ stdout: true, stderr: true }));
  if (text.includes("ready")) return undefined;
  const { Running } = await inspect(holder);
  if (Running) return `${node} prepares its packet filter`;
  throw new HarnessError("setup-failed", `${node} cannot use the packet filter: ${text.trim()}`, {
    hint: "riftcheck doctor",
  });
}

/** Ends every process with SIGKILL, also paused ones, and returns when the engine has seen them end. */
export async function killPod(pod: Pod): Promise<void> {
  await Promise.all(
    pod.processes.map(async ({ container }) => {
      await unlessAlready(container.kill({ signal: "SIGKILL" }), 409);
      await container.wait({ abortSignal: AbortSignal.timeout(END_MAX_MS) });
    }),
  );
  await expectState(pod, "stopped", "SIGKILL");
}

/**
 * Asks every process to end, with the signal that its image names for that, and kills what has not after `patienceSeconds`.
 * @returns whether all ended by themselves
 */
export async function stopPod(pod: Pod, patienceSeconds: number): Promise<boolean> {
  await eachProcess(pod, async (container, { Running, Paused }) => {
    if (Paused) await container.unpause();
    if (Running) await unlessAlready(container.stop({ t: patienceSeconds }), 304);
  });
  await expectState(pod, "stopped", "asking it to end");
  const ends = await Promise.all(pod.processes.map(({ container }) => inspect(container)));
  return ends.every(({ ExitCode }) => ExitCode !== KILLED_EXIT);
}

/** Starts what does not run, with the data it left; lets paused processes run on. */
export async function startProcesses(pod: Pod): Promise<void> {
  await eachProcess(pod, async (container, { Running, Paused }) => {
    if (Paused) await unlessAlready(container.unpause(), 409, 500);
    else if (!Running) await unlessAlready(container.start(), 304);
  });
  await expectState(pod, "running", "starting it");
}

/** On a loaded machine the kernel now and then does not freeze a process that is just forking: asked again, it does. */
const PAUSE_ATTEMPTS = 5;

export async function pausePod(pod: Pod): Promise<void> {
  await eachProcess(pod, async (container, { Running, Paused }) => {
    for (let attempt = 1; Running && !Paused; attempt++) {
      try {
        return await container.pause();
      } catch (error) {
        if (statusOf(error) !== 500 || attempt === PAUSE_ATTEMPTS) throw error;
      }
    }
  });
  await expectState(pod, "paused", "pausing it");
}

/** Lets paused processes run on; processes that do not run stay so. */
export async function resumePod(pod: Pod): Promise<void> {
  await eachProcess(pod, async (container, { Paused }) => {
    if (Paused) await container.unpause();
  });
  const state = await podState(pod);
  if (state === "paused")
    throw new HarnessError("heal-failed", `${pod.node} is still paused after resuming it`);
}

/** `stopped` if any process does not run, else `paused` if any is paused. */
export async function podState(pod: Pod): Promise<NodeState> {
  const states = await Promise.all(pod.processes.map(({ container }) => inspect(container)));
  if (states.some(({ Running }) => !Running)) return "stopped";
  return states.some(({ Paused }) => Paused) ? "paused" : "running";
}

/** Process ids and start times: other ones are other processes. */
export async function podIncarnation(pod: Pod): Promise<string> {
  const states = await Promise.all(pod.processes.map(({ container }) => inspect(container)));
  return states.map(({ Pid, StartedAt }) => `${Pid}@${StartedAt}`).join(" ");
}

/** Log text of each process of the node, what it wrote to stdout and stderr, in order. */
export async function podLogs(pod: Pod, tail?: number): Promise<Record<string, string>> {
  const logs: Record<string, string> = {};
  for (const { name, container, earlierLog } of pod.processes) {
    const options = { stdout: true, stderr: true, ...(tail === undefined ? {} : { tail }) };
    logs[`${pod.node}/${name}.log`] = earlierLog + interleaved(await container.logs(options));
  }
  return logs;
}

/** Enough of the log to tell what led to a failure, and the line that names it. */
const FAILURE_LOG_LINES = 40;

/** What a home-made store threw, if that ended a process of the node. */
export async function podFailure(pod: Pod): Promise<HarnessError | undefined> {
  for (const { container } of pod.processes) {
    const { Running, ExitCode } = await inspect(container);
    if (Running || ExitCode !== STORE_FAILED_EXIT) continue;
    const log = interleaved(await container.logs({ stdout: true, stderr: true, tail: FAILURE_LOG_LINES }));
    const found = failureIn(log);
    if (found !== undefined) return storeFailed(pod.node, found.failure, { log: found.log });
  }
  return undefined;
}

interface ProcessState {
  readonly ExitCode: number;
  readonly Running: boolean;
  readonly Paused: boolean;
  readonly Pid: number;
  readonly StartedAt: string;
}

const inspect = async (container: Docker.Container): Promise<ProcessState> =>
  (await container.inspect()).State;

async function eachProcess(
  pod: Pod,
  act: (container: Docker.Container, state: ProcessState) => Promise<void>,
): Promise<void> {
  await Promise.all(pod.processes.map(async ({ container }) => act(container, await inspect(container))));
}

async function expectState(pod: Pod, expected: NodeState, after: string): Promise<void> {
  const state = await podState(pod);
  if (state !== expected)
    throw new HarnessError("fault-failed", `${pod.node} is ${state}, not ${expected}, after ${after}`);
}
