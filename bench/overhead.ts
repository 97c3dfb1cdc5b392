/**
 * What the harness costs: operations per second of `riftcheck run redis` on one node, closed loop, recorder on, against a
 * bare loop over the same client library with the same commands. Interleaved pairs, one after the other, median of the
 * ratios. Run: node bench/overhead.ts [pairs] [seconds]
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import { SECOND } from "#core/units";
import { startEnvironment } from "../harness/cli/environment.ts";
import { runTest } from "../harness/engine/run-test.ts";
import { FileSink } from "../harness/store/file-sink.ts";
import { redis } from "../targets/redis/target.ts";
import { session } from "../workloads/session.ts";
import { median } from "./support/median.ts";

const PAIRS = Number(process.argv[2] ?? 5);
const SECONDS = Number(process.argv[3] ?? 5);
const CONNECTIONS = 50;
const VALUE_SIZE = 100;
const NODES = ["n1"];

const options = redis.options.parse({});
await using environment = await startEnvironment("docker", {
  runId: `bench-overhead-${process.pid}`,
  target: redis,
  options,
  workload: redis.defaults.workload,
  nodes: NODES,
  seed: "bench",
  signal: new AbortController().signal,
  onStep: (text) => console.error(text),
});
const { runtime, cluster } = environment;
const folder = mkdtempSync(join(tmpdir(), "riftcheck-bench-"));

/** Half writes, half reads of 100 keys, one command at a time on each of the connections. @returns operations per second */
async function bareLoop(): Promise<number> {
  const { host, ports } = cluster.endpoint("n1");
  const value = "x".repeat(VALUE_SIZE);
  const clients = await Promise.all(
    Array.from({ length: CONNECTIONS }, async () => {
      const client = new Redis({ host, port: ports["client"] ?? 6379, lazyConnect: true });
      await client.connect();
      return client;
    }),
  );
  const end = performance.now() + SECONDS * 1000;
  let operations = 0;
  await Promise.all(
    clients.map(async (client, i) => {
      for (let n = 0; performance.now() < end; n++) {
        const key = `k${i}-${n % 2}`;
        if (Math.random() < 0.5) await client.set(key, value);
        else await client.get(key);
        operations++;
      }
    }),
  );
  for (const client of clients) client.disconnect();
  return operations / SECONDS;
}

/** The same by the engine, from the generator to the history on disk. @returns operations per second */
async function harness(run: number): Promise<number> {
  using sink = new FileSink(join(folder, `${run}.jsonl`));
  const endpoints = NODES.map((node) => cluster.endpoint(node));
  const outcome = await runTest({
    runtime,
    cluster,
    header: { riftcheck: 1, objects: [...session.objects], nodes: NODES },
    workload: session.create({
      options: { keysPerClient: 2, writeRatio: 0.5, valueSize: VALUE_SIZE },
      random: runtime.random.fork("workload"),
      nodes: NODES,
      clients: CONNECTIONS,
    }),
    faults: {},
    schedule: [],
    clients: CONNECTIONS,
    rate: undefined,
    time: SECONDS * SECOND,
    timeout: SECOND,
    convergeWithin: SECOND,
    sink,
    interrupt: new AbortController().signal,
    openClient: (process) =>
      redis.createClient({
        runtime,
        options,
        nodes: endpoints,
        process,
        memory: new Map(),
        random: runtime.random.fork(`${process}`),
        timeout: SECOND,
      }),
    notReady: async () => undefined,
    leader: async () => "n1",
  });
  return outcome.counts.ok / SECONDS;
}

await bareLoop();
await harness(0);
const ratios: number[] = [];
for (let pair = 1; pair <= PAIRS; pair++) {
  const bare = await bareLoop();
  const ours = await harness(pair);
  ratios.push(ours / bare);
  console.log(
    `pair ${pair}: bare ${bare.toFixed(0)}/s  riftcheck ${ours.toFixed(0)}/s  ratio ${(ours / bare).toFixed(3)}`,
  );
}
rmSync(folder, { recursive: true });
console.log(`median ratio ${median(ratios).toFixed(3)} (goal: at least 0.700)`);
