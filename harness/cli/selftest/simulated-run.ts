import { HISTORY_FORMAT } from "#core/operation";
import { Random } from "#core/random";
import { SECOND } from "#core/units";
import type { Workload } from "#core/workload";
import { simKv } from "../../../targets/sim-kv/target.ts";
import { runTest } from "../../engine/run-test.ts";
import { startEnvironment } from "../environment.ts";

const NODES = ["n1", "n2", "n3"];
const CLIENTS = 5;
/** Operations per second over all clients, and for how long: a history of some hundred operations. */
const RATE = 100;
const TIME = 4 * SECOND;
const TIMEOUT = SECOND;

/** The history of a workload on a simulated cluster that keeps every promise and that nothing happens to. @returns JSONL */
export async function simulatedRun(workload: Workload, seed: string): Promise<string> {
  const options = simKv.options.parse({ replication: "majority", readFrom: "primary" });
  await using environment = await startEnvironment("sim", {
    runId: "selftest",
    target: simKv,
    options,
    workload: workload.name,
    nodes: NODES,
    seed,
    signal: new AbortController().signal,
    onStep: () => undefined,
  });
  const { runtime, cluster } = environment;
  const random = new Random(seed);
  const endpoints = NODES.map((node) => cluster.endpoint(node));
  let lines = "";
  await environment.drive(() =>
    runTest({
      runtime,
      cluster,
      header: {
        riftcheck: HISTORY_FORMAT,
        objects: [...workload.objects],
        concurrency: CLIENTS,
        nodes: NODES,
      },
      workload: workload.create({
        options: workload.options.parse({}),
        random: random.fork("workload"),
        nodes: NODES,
        clients: CLIENTS,
      }),
      faults: {},
      schedule: [],
      clients: CLIENTS,
      rate: RATE,
      time: TIME,
      timeout: TIMEOUT,
      convergeWithin: TIME,
      sink: { write: (text) => void (lines += text) },
      interrupt: new AbortController().signal,
      openClient: (process) =>
        simKv.createClient({
          runtime,
          options,
          nodes: endpoints,
          process,
          random: random.fork(`client ${process}`),
          timeout: TIMEOUT,
        }),
      notReady: () => simKv.notReady({ runtime, cluster, options }),
      leader: async () => undefined,
    }),
  );
  return lines;
}
