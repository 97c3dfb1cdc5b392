import type { Cluster, ClusterContext } from "#core/cluster";
import { HarnessError } from "#core/errors";
import type { Target } from "#core/target";
import { MILLISECOND, type Nanoseconds, SECOND } from "#core/units";
import { holderMissing, type Pod, podLogs } from "./pod.ts";

/** The slowest stores elect and replicate within half a minute; a loaded machine may take twice as long. */
const READY_WITHIN = 90 * SECOND;
/** Looking is cheap (a request per node), and start-up should not wait for the next look. */
const READY_POLL = 50 * MILLISECOND;
/** A process that ended will not become ready: how often to look. */
const PROCESS_POLL = SECOND;
/** Lines of each process's log that a failed start shows. */
const LOG_TAIL_LINES = 20;

export interface ReadyOptions<Options> extends ClusterContext<Options> {
  readonly target: Target<Options>;
  readonly pods: readonly Pod[];
  readonly onStep?: ((message: string) => void) | undefined;
  readonly readyWithin?: Nanoseconds | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Waits until fault rules can be made on every node and the target calls the cluster ready.
 * @throws HarnessError `node-not-ready` with the end of every log, `store-failed`, `setup-failed` if interrupted
 */
export async function untilReady<Options>(options: ReadyOptions<Options>): Promise<void> {
  const end = options.runtime.now() + (options.readyWithin ?? READY_WITHIN);
  await pollUntil(options, end, () => missingHolder(options.pods));
  await pollUntil(options, end, () => options.target.notReady(options));
}

/** Asks until nothing is missing any more. */
async function pollUntil<Options>(
  { runtime, cluster, pods, onStep, signal }: ReadyOptions<Options>,
  end: Nanoseconds,
  ask: () => Promise<string | undefined>,
): Promise<void> {
  let lookAtProcesses = runtime.now() + PROCESS_POLL;
  let told: string | undefined;
  for (;;) {
    stopIfAborted(signal);
    const missing = await ask();
    if (missing === undefined) return;
    if (missing !== told) onStep?.(`waiting: ${missing}`);
    told = missing;
    if (runtime.now() > end) throw await notReady(missing, pods);
    if (runtime.now() > lookAtProcesses) {
      lookAtProcesses = runtime.now() + PROCESS_POLL;
      const failure = await cluster.failure?.();
      if (failure !== undefined) throw failure;
      const ended = await endedNodes(cluster);
      if (ended.length > 0) throw await notReady(`processes ended on ${ended.join(", ")}`, pods);
    }
    await runtime.sleep(READY_POLL, signal);
  }
}

async function missingHolder(pods: readonly Pod[]): Promise<string | undefined> {
  const missing = await Promise.all(pods.map(holderMissing));
  return missing.find((problem) => problem !== undefined);
}

async function endedNodes(cluster: Cluster): Promise<string[]> {
  const states = await Promise.all(cluster.nodes.map((node) => cluster.state(node)));
  return cluster.nodes.filter((_, i) => states[i] === "stopped");
}

async function notReady(missing: string, pods: readonly Pod[]): Promise<HarnessError> {
  const logs = await Promise.all(pods.map((pod) => podLogs(pod, LOG_TAIL_LINES)));
  const tails = logs.flatMap((files) => Object.entries(files)).map(([file, text]) => `--- ${file}\n${text}`);
  return new HarnessError("node-not-ready", `the cluster is not ready: ${missing}\n${tails.join("\n")}`);
}

/** @throws HarnessError if the signal was given */
export function stopIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new HarnessError("setup-failed", "starting the cluster was interrupted");
}
