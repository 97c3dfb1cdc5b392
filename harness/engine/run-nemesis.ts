import type { Cluster } from "#core/cluster";
import { HarnessError, type HarnessErrorCode, messageOf } from "#core/errors";
import type { Json } from "#core/json";
import type {
  ActiveFault,
  Fault,
  FaultSchedule,
  Mechanism,
  NemesisContext,
  ScheduledFault,
} from "#core/nemesis";
import type { Runtime } from "#core/runtime";
import { MILLISECOND, SECOND } from "#core/units";
import type { Recorder } from "./recorder.ts";

export interface NemesisRun {
  readonly context: Omit<NemesisContext, "stop">;
  readonly faults: Readonly<Record<string, Fault>>;
  readonly recorder: Recorder;
  /** Aborted when the operations end: faults in force are healed at once. */
  readonly stop: AbortSignal;
  /** Faults in force, for progress lines. */
  readonly inForce: Set<string>;
}

/**
 * Carries out a schedule; ends when every fault that began was healed, even if another one failed. Two faults of one mechanism
 * are never in force together: the later waits until the earlier is healed.
 * @param onFailure is told at once that a fault could not be started or healed, so that it can abort `run.stop`
 */
export async function runSchedule(
  run: NemesisRun,
  schedule: FaultSchedule,
  onFailure: (error: unknown) => void,
): Promise<void> {
  const last = new Map<Mechanism, Promise<void>>();
  const inOrder = [...schedule].sort((a, b) => a.at - b.at);
  await Promise.all(
    inOrder.map((entry) => {
      const fault = run.faults[entry.fault];
      const before = fault === undefined ? undefined : last.get(fault.mechanism);
      const ended = runOne(run, entry, fault, before).catch(onFailure);
      if (fault !== undefined) last.set(fault.mechanism, ended);
      return ended;
    }),
  );
}

/** @param before ends when the fault of the same mechanism that comes before it is healed */
async function runOne(
  run: NemesisRun,
  entry: ScheduledFault,
  fault: Fault | undefined,
  before: Promise<void> | undefined,
): Promise<void> {
  const { runtime } = run.context;
  await runtime.sleep(Math.max(0, entry.at - runtime.now()), run.stop);
  await before;
  if (run.stop.aborted) return;
  if (fault === undefined)
    throw new HarnessError("internal", `the schedule names the unknown fault ${entry.fault}`);
  record(run, entry, "start", entry.on, undefined);
  const active = await start(run, fault, entry);
  if (active === undefined) return;
  record(run, entry, "started", active.nodes, active.effect);
  const label = `${entry.fault} ${active.nodes.join(",")}`;
  run.inForce.add(label);
  await runtime.sleep(lengthLeft(runtime, entry), run.stop);
  record(run, entry, "healing", active.nodes, undefined);
  const effect = await active.heal();
  run.inForce.delete(label);
  record(run, entry, "healed", active.nodes, { ...asObject(effect), hadEffect: active.hadEffect() });
}

/**
 * A fault lasts its time from when it is in force: in containers starting one takes a second. In virtual time starting takes
 * none; only to find the leader may, and the same schedule must end its faults at the same instants.
 */
const lengthLeft = (runtime: Runtime, entry: ScheduledFault): number =>
  runtime.virtual ? Math.max(0, entry.at + entry.for - runtime.now()) : entry.for;

/** A fault that cannot be now, and changed nothing. */
const SKIPPED: readonly HarnessErrorCode[] = ["leader-unknown", "quorum-at-risk"];

/**
 * @returns undefined if it aims at a leader and there is none, or would leave no quorum: the run goes on, and its verdict says that it
 * did without
 */
async function start(run: NemesisRun, fault: Fault, entry: ScheduledFault): Promise<ActiveFault | undefined> {
  try {
    return await fault.start({ ...run.context, stop: run.stop }, entry);
  } catch (cause) {
    if (cause instanceof HarnessError && SKIPPED.includes(cause.code)) {
      record(run, entry, "healed", [], undefined, cause.message);
      return undefined;
    }
    if (cause instanceof HarnessError && cause.code === "fault-failed") throw cause;
    throw new HarnessError(
      "fault-failed",
      `fault ${entry.fault} on ${entry.on.join(", ")}: ${messageOf(cause)}`,
      { cause },
    );
  }
}

function record(
  run: NemesisRun,
  entry: ScheduledFault,
  phase: "start" | "started" | "healing" | "healed",
  nodes: readonly string[],
  effect: Json | undefined,
  error?: string,
): void {
  run.recorder.fault({
    id: entry.id,
    fault: entry.fault,
    phase,
    nodes: [...nodes],
    parameters: entry.parameters,
    ...(effect === undefined ? {} : { effect }),
    ...(error === undefined ? {} : { error }),
  });
}

const asObject = (effect: Json): { readonly [key: string]: Json } =>
  typeof effect === "object" && effect !== null && !Array.isArray(effect)
    ? (effect as { readonly [key: string]: Json })
    : { effect };

/** Established connections resume only at TCP's next retransmission, which backs off while the cut lasts. */
const REACHABLE_WITHIN = 30 * SECOND;

/**
 * Brings the cluster back to health whatever was done to it: no rule, clocks right, nodes as fast as ever, every process
 * running, every node reachable from every other. Idempotent; every exit path of a run passes through it.
 * @throws HarnessError `heal-failed`
 */
export async function healCluster(runtime: Runtime, cluster: Cluster): Promise<void> {
  await cluster.commands?.reset();
  // Links that are late or lossy would look cut.
  await cluster.shaping?.reset();
  await cluster.unblock();
  await Promise.all(
    cluster.nodes.map(async (node) => {
      await cluster.clocks?.reset(node);
      await cluster.speed?.restore(node);
      await cluster.pressure?.release(node);
      await cluster.disk?.release(node);
      await cluster.disk?.empty(node);
    }),
  );
  await Promise.all(
    cluster.nodes.map(async (node) => {
      if ((await cluster.state(node)) === "paused") await cluster.resume(node);
      if ((await cluster.state(node)) === "stopped") {
        await cluster.disk?.repair(node);
        await cluster.start(node);
      }
    }),
  );
  const deadline = runtime.now() + REACHABLE_WITHIN;
  for (const from of cluster.nodes) {
    for (const to of cluster.nodes) {
      if (from === to) continue;
      while (!(await cluster.reachable(from, to))) {
        if (runtime.now() > deadline)
          throw new HarnessError("heal-failed", `after healing ${from} cannot reach ${to}`);
        await runtime.sleep(100 * MILLISECOND);
      }
    }
  }
}
