import type Docker from "dockerode";
import type { Capability, Cluster } from "#core/cluster";
import { assert, HarnessError, messageOf } from "#core/errors";
import type { Endpoint, Runtime } from "#core/runtime";
import type { DockerPlan, ImagePlan, Target } from "#core/target";
import type { Nanoseconds } from "#core/units";
import type { Patience } from "./build.ts";
import { Disks } from "./disks.ts";
import { DockerCluster } from "./docker-cluster.ts";
import { BUILD_SILENCE_MAX_MS, connectEngine } from "./engine.ts";
import type { Image } from "./image.ts";
import { ensureImage } from "./images.ts";
import { removeRun } from "./clean.ts";
import { labelsOf, nameOf } from "./labels.ts";
import { createNetwork, type RunNetwork } from "./network.ts";
import { type Pod, startPod } from "./pod.ts";
import { stopIfAborted, untilReady } from "./ready.ts";

export interface DockerClusterOptions<Options> {
  /** The run's id: label of everything that is made. */
  readonly runId: string;
  readonly nodes: readonly string[];
  readonly target: Target<Options>;
  readonly options: Options;
  readonly runtime: Runtime;
  /** Told of each step, for people. */
  readonly onStep?: ((message: string) => void) | undefined;
  /** What its faults will need beyond what every cluster in containers can do; default: nothing. */
  readonly needs?: readonly Capability[] | undefined;
  /** How long the nodes may take until the target calls them ready, once their images are there; default 90 s. */
  readonly readyWithin?: Nanoseconds | undefined;
  /** Told what the processes logged, where the start-up fails after they ran. */
  readonly onLogs?: ((logs: Readonly<Record<string, string>>) => void) | undefined;
  /** Ends the start-up early; what was begun is torn down. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Starts a target's nodes in containers and resolves when the target says that they are ready. Whatever fails, everything
 * made so far is removed. @throws HarnessError `docker-unreachable`, `image-build-failed`, `setup-failed`,
 * `node-not-ready` (with the end of the nodes' logs), `store-failed`
 */
export async function startDockerCluster<Options>(request: DockerClusterOptions<Options>): Promise<Cluster> {
  const engine = await connectEngine();
  try {
    return await start(engine, request);
  } catch (error) {
    await removeRun(engine, request.runId);
    stopIfAborted(request.signal);
    if (error instanceof HarnessError) throw error;
    throw new HarnessError("setup-failed", `starting the cluster failed: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

async function start<Options>(engine: Docker, request: DockerClusterOptions<Options>): Promise<Cluster> {
  const progress = request.onStep ?? (() => undefined);
  const patience = { progress, signal: request.signal };
  progress("creating the network");
  const network = await createNetwork(engine, request.runId, request.nodes);
  const plan = planOf(request, network);
  stopIfAborted(request.signal);
  // One after the other: both may have to make the base image first.
  const builder = await connectEngine(BUILD_SILENCE_MAX_MS);
  const { needs = [] } = request;
  const holderImage = await ensureImage(builder, holderPlan(needs), patience);
  stopIfAborted(request.signal);
  const storeImages = await ensureStoreImages(builder, plan, patience);
  stopIfAborted(request.signal);
  const disks = needs.some((need) => need === "power" || need === "disk")
    ? await createDisks(engine, request, { plan, holderImage })
    : undefined;
  stopIfAborted(request.signal);
  const pods = await startPods(engine, request, { plan, network, holderImage, storeImages, disks });
  const cluster = new DockerCluster({
    engine,
    run: request.runId,
    runtime: request.runtime,
    pods,
    ports: plan.ports,
    homeMade: plan.homeMade === true,
    network,
    images: [holderImage, ...new Set(storeImages.values())],
    engineVersion: (await engine.version()).Version,
    prepared: needs,
    disks,
  });
  try {
    await untilReady({ ...request, cluster, pods });
    await cluster.verify();
    // A loss of power shall take what the run wrote, and not that there is a cluster: those are older than minutes.
    await disks?.sync();
  } catch (error) {
    // What went wrong is worth more than what its logs cannot tell.
    await cluster.logs().then(request.onLogs, () => undefined);
    throw error;
  }
  return cluster;
}

/** What some faults need is in an image of its own: other runs do without it. */
const PREPARED: readonly Capability[] = ["clocks", "shaping", "power", "disk"];

/** The image of the holders. */
export const holderPlan = (needs: readonly Capability[]): ImagePlan =>
  needs.some((need) => PREPARED.includes(need))
    ? { folder: "faults", on: { folder: "pod" } }
    : { folder: "pod" };

/** @throws HarnessError `usage` if a process does not say where it keeps its data */
async function createDisks<Options>(
  engine: Docker,
  { runId, target, onStep }: DockerClusterOptions<Options>,
  { plan, holderImage }: Pick<Parts, "plan" | "holderImage">,
): Promise<Disks> {
  onStep?.("making disks");
  const processes = plan.nodes.flatMap(({ node, processes }) => {
    const keeping = processes.filter(({ data }) => data !== undefined);
    if (keeping.length === 0)
      throw new HarnessError("usage", `${target.name} does not say where its nodes keep their data`, {
        hint: "leave the faults power-… and disk-… out, or give its processes `data`",
      });
    return keeping.map(({ name, syncMount = false }) => ({ node, process: name, isSynchronous: syncMount }));
  });
  return Disks.create(engine, runId, holderImage, processes);
}

/** The image of each node; one that several nodes share is made once. */
async function ensureStoreImages(
  engine: Docker,
  plan: DockerPlan,
  patience: Patience,
): Promise<ReadonlyMap<string, Image>> {
  const made = new Map<string, Image>();
  const images = new Map<string, Image>();
  for (const { node, image = plan.image } of plan.nodes) {
    const key = JSON.stringify(image);
    const known = made.get(key) ?? (await ensureImage(engine, image, patience));
    made.set(key, known);
    images.set(node, known);
  }
  return images;
}

function planOf<Options>(request: DockerClusterOptions<Options>, network: RunNetwork): DockerPlan {
  const { target, nodes, options } = request;
  const makePlan = target.environments.docker;
  if (makePlan === undefined) throw new HarnessError("usage", `${target.name} does not run in containers`);
  const endpoints: Endpoint[] = nodes.map((node) => ({
    node,
    host: network.addresses.get(node) ?? "",
    ports: {},
  }));
  const plan = makePlan(options, endpoints);
  const planned = plan.nodes.map(({ node }) => node).join();
  assert(planned === nodes.join(), `${target.name} planned the nodes ${planned}, not ${nodes.join()}`);
  return plan;
}

interface Parts {
  readonly plan: DockerPlan;
  readonly network: RunNetwork;
  readonly holderImage: Image;
  /** By node. */
  readonly storeImages: ReadonlyMap<string, Image>;
  readonly disks: Disks | undefined;
}

/** All at once. Waits for every node also when one fails: nothing may be made after the tear-down. */
async function startPods<Options>(
  engine: Docker,
  request: DockerClusterOptions<Options>,
  { plan, network, holderImage, storeImages, disks }: Parts,
): Promise<Pod[]> {
  let started = 0;
  const results = await Promise.allSettled(
    plan.nodes.map(async (node) => {
      const address = network.addresses.get(node.node);
      const storeImage = storeImages.get(node.node);
      assert(address !== undefined && storeImage !== undefined, `${node.node} has no address or image`);
      const pod = await startPod(engine, {
        run: request.runId,
        node,
        address,
        network: network.name,
        hosts: network.addresses,
        holderImage,
        storeImage,
        clocks: await clockVolume(engine, request, node.node),
        disks: new Map(disks?.of(node.node).map(({ process, volume }) => [process, volume])),
      });
      request.onStep?.(`started ${node.node} (${++started} of ${plan.nodes.length})`);
      return pod;
    }),
  );
  return results.map((result) => {
    if (result.status === "rejected") throw result.reason;
    return result.value;
  });
}

/** The volume that a node's holder and processes share for their clocks, if a fault sets them. */
async function clockVolume<Options>(
  engine: Docker,
  { runId, needs = [] }: DockerClusterOptions<Options>,
  node: string,
): Promise<string | undefined> {
  if (!needs.includes("clocks")) return undefined;
  const name = nameOf(runId, node, "clocks");
  await engine.createVolume({ Name: name, Labels: labelsOf(runId) });
  return name;
}
