/**
 * How fast the simulator is: `node bench/sim.ts [rounds]`. Prints one JSON line per case with the medians:
 * - `messages`: five nodes that only pass messages on, many under way at once: messages per real second;
 * - `idle` and `busy`: sim-kv under the engine (5 nodes, 10 clients, heartbeats each 200 ms), the history recorded into a
 *   file, but not judged: simulated seconds per real second. `faults`: the same with every fault in turn.
 * `ofProcessor`: the same figures by the processor time of this process, which other work on the machine does not lengthen.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import process, { argv, cpuUsage } from "node:process";
import { SECOND } from "#core/units";
import { Random } from "#core/random";
import type { SimPlan } from "#core/store-node";
import { type SimCluster, startSimCluster } from "../harness/cluster/sim/cluster.ts";
import { runVirtual } from "../harness/cluster/sim/run-virtual.ts";
import { SimRuntime } from "../harness/cluster/sim/runtime.ts";
import { runTest } from "../harness/engine/run-test.ts";
import { CAPABILITIES } from "../harness/cluster/capabilities.ts";
import { faults as allFaults } from "../harness/nemeses/registry.ts";
import { planSchedule } from "../harness/nemeses/schedule.ts";
import { FileSink } from "../harness/store/file-sink.ts";
import { simKv } from "../targets/sim-kv/target.ts";
import { session } from "../workloads/session.ts";
import { median } from "./support/median.ts";

/** Those that a simulated cluster is capable of. */
const faults = Object.fromEntries(
  Object.entries(allFaults).filter(
    ([, { needs = [], hook }]) =>
      hook === undefined && needs.every((need) => CAPABILITIES.sim.includes(need)),
  ),
);

const NODES = ["n1", "n2", "n3", "n4", "n5"];
const CLIENTS = 10;
/** Messages under way per node in the `messages` case. */
const BALLS = 20;

interface Measurement {
  readonly realSeconds: number;
  readonly processorSeconds: number;
  readonly simulatedSeconds: number;
  readonly messages: number;
  readonly operations: number;
}

/** Nodes that throw balls at each other: each message received is one sent. */
const passOn: SimPlan = {
  createNode: (context) => {
    const pass = (count: number): void => context.send(context.random.pick(context.peers), { count });
    context.after(0, () => {
      for (let i = 0; i < BALLS; i++) pass(0);
    });
    return {
      onMessage: (_from, message) => pass((message as { count: number }).count + 1),
      onRequest: (_request, reply) => reply(null),
    };
  },
};

async function measure(
  plan: SimPlan,
  work: (runtime: SimRuntime, cluster: SimCluster) => Promise<number>,
): Promise<Measurement> {
  const random = new Random("bench");
  const runtime = new SimRuntime(random.fork("run"));
  await using cluster = await startSimCluster({ runtime, plan, nodes: NODES, random });
  const start = performance.now();
  const used = cpuUsage();
  const operations = await runVirtual(runtime, () => work(runtime, cluster));
  const realSeconds = (performance.now() - start) / 1_000;
  const { user, system } = cpuUsage(used);
  const processorSeconds = (user + system) / 1e6;
  const messages = cluster.messageCounts().delivered;
  return { realSeconds, processorSeconds, simulatedSeconds: runtime.now() / SECOND, messages, operations };
}

const passMessages = (): Promise<Measurement> =>
  measure(passOn, async (runtime) => {
    await runtime.sleep(5 * SECOND);
    return 0;
  });

const folder = mkdtempSync(join(tmpdir(), "riftcheck-bench-"));

/** @param rate operations per second over all clients */
const runSimKv = (rate: number, seconds: number, broken: boolean): Promise<Measurement> => {
  const options = simKv.options.parse({});
  const plan = simKv.environments.sim?.(options);
  if (plan === undefined) throw new Error("sim-kv has no simulation");
  return measure(plan, async (runtime, cluster) => {
    const endpoints = NODES.map((node) => cluster.endpoint(node));
    const context = { runtime, cluster, options };
    const timeout = 5 * SECOND;
    const time = seconds * SECOND;
    using sink = new FileSink(join(folder, "history.jsonl"));
    const random = runtime.random.fork("workload");
    const outcome = await runTest({
      runtime,
      cluster,
      header: { riftcheck: 1, objects: [...session.objects] },
      workload: session.create({
        options: session.options.parse({}),
        random,
        nodes: NODES,
        clients: CLIENTS,
      }),
      faults,
      schedule: broken
        ? planSchedule({ random: random.fork("faults"), nodes: NODES, faults, time, overlap: true })
        : [],
      clients: CLIENTS,
      rate,
      time,
      timeout,
      convergeWithin: 10 * SECOND,
      sink,
      interrupt: new AbortController().signal,
      openClient: (process) =>
        simKv.createClient({
          runtime,
          options,
          nodes: endpoints,
          process,
          memory: new Map(),
          random: random.fork(String(process)),
          timeout,
        }),
      notReady: () => simKv.notReady(context),
      leader: async () => simKv.leader?.(context),
    });
    return outcome.counts.ok;
  });
};

const CASES: Readonly<Record<string, () => Promise<Measurement>>> = {
  messages: passMessages,
  "idle: 40 operations/s": () => runSimKv(40, 600, false),
  "busy: 400 operations/s": () => runSimKv(400, 120, false),
  "faults: 40 operations/s": () => runSimKv(40, 600, true),
};

const rounds = Number(argv[2] ?? 5);
console.log(
  `node ${process.version}, load ${loadavg()
    .map((load) => load.toFixed(1))
    .join(" ")}`,
);
for (const [name, run] of Object.entries(CASES)) {
  await run();
  const results: Measurement[] = [];
  for (let round = 0; round < rounds; round++) results.push(await run());
  const of = (figure: (result: Measurement) => number): number =>
    Number(median(results.map(figure)).toFixed(3));
  const figures = {
    case: name,
    rounds,
    realSeconds: of((result) => result.realSeconds),
    simulatedSeconds: of((result) => result.simulatedSeconds),
    operations: of((result) => result.operations),
    messages: of((result) => result.messages),
    messagesPerSecond: Math.round(of((result) => result.messages / result.realSeconds)),
    timesRealTime: Math.round(of((result) => result.simulatedSeconds / result.realSeconds)),
    ofProcessor: {
      messagesPerSecond: Math.round(of((result) => result.messages / result.processorSeconds)),
      timesRealTime: Math.round(of((result) => result.simulatedSeconds / result.processorSeconds)),
    },
  };
  console.log(JSON.stringify(figures));
}
rmSync(folder, { recursive: true });
