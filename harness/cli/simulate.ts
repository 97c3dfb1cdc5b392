import type { FaultSchedule } from "#core/nemesis";
import { HISTORY_FORMAT } from "#core/operation";
import { Random } from "#core/random";
import { SECOND, type Nanoseconds } from "#core/units";
import { runTest, type TestOutcome } from "../engine/run-test.ts";
import { type Chosen, objectsOf, sessionsOf } from "../engine/sessions.ts";
import { faults } from "../nemeses/registry.ts";
import { startEnvironment } from "./environment.ts";

/** A run in virtual time, all choices made. */
export interface Simulation extends Chosen {
  readonly nodes: number;
  readonly clients: number;
  /** Operations per second (open loop); absent: as fast as replies come. */
  readonly rate?: number;
  readonly time: Nanoseconds;
  readonly schedule?: FaultSchedule;
  readonly seed: string;
  readonly timeout?: Nanoseconds;
  readonly convergeWithin?: Nanoseconds;
}

export interface SimulatedRun {
  /** The history, JSONL. */
  readonly lines: string;
  readonly outcome: TestOutcome;
  /** What the nodes logged, by `<node>/<process>.log`. */
  readonly logs: Readonly<Record<string, string>>;
}

export const nodeNames = (count: number): string[] => Array.from({ length: count }, (_, i) => `n${i + 1}`);

/** Runs it without a run folder. Same choices, same history, byte for byte. */
export async function simulate(simulation: Simulation): Promise<SimulatedRun> {
  const { target, targetOptions: options, workload, workloadOptions, seed, clients } = simulation;
  const nodes = nodeNames(simulation.nodes);
  await using environment = await startEnvironment("sim", {
    runId: "simulation",
    target,
    options,
    workload: workload.name,
    nodes,
    seed,
    signal: new AbortController().signal,
    onStep: () => undefined,
  });
  const { runtime, cluster } = environment;
  const random = new Random(seed);
  const timeout = simulation.timeout ?? SECOND;
  const context = { runtime, cluster, options };
  let lines = "";
  const outcome = await environment.drive(() =>
    runTest({
      runtime,
      cluster,
      header: { riftcheck: HISTORY_FORMAT, objects: objectsOf(simulation), concurrency: clients, nodes },
      workload: workload.create({
        options: workloadOptions,
        random: random.fork("workload"),
        nodes,
        clients,
      }),
      faults,
      schedule: simulation.schedule ?? [],
      clients,
      rate: simulation.rate,
      time: simulation.time,
      timeout,
      convergeWithin: simulation.convergeWithin ?? 10 * SECOND,
      sink: { write: (text) => void (lines += text) },
      interrupt: new AbortController().signal,
      openClient: sessionsOf(simulation, {
        runtime,
        nodes: nodes.map((node) => cluster.endpoint(node)),
        random: random.fork("clients"),
        timeout,
      }),
      notReady: () => target.notReady(context),
      leader: () => target.leader?.(context) ?? Promise.resolve(undefined),
    }),
  );
  return { lines, outcome, logs: await cluster.logs() };
}
