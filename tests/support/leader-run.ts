import type { WorkloadRun } from "#core/workload";
import type { ObjectSpec } from "#core/operation";
import { Random } from "#core/random";
import type { NetworkOptions } from "#core/store-node";
import { MILLISECOND, SECOND } from "#core/units";
import { startSimCluster } from "../../harness/cluster/sim/cluster.ts";
import { runVirtual } from "../../harness/cluster/sim/run-virtual.ts";
import { SimRuntime } from "../../harness/cluster/sim/runtime.ts";
import { runTest } from "../../harness/engine/run-test.ts";
import { faults as allFaults } from "../../harness/nemeses/registry.ts";
import { planSchedule } from "../../harness/nemeses/schedule.ts";
import { leaderSettings } from "../../targets/eventual/replication/single-leader/testing/settings.ts";
import {
  askStatus,
  planOf,
  StoreClient,
  type Tokens,
} from "../../targets/eventual/replication/single-leader/testing/store.ts";
import type { Settings } from "../../targets/eventual/options.ts";
import type { Rules } from "../../targets/eventual/rules.ts";

/** A short simulated run of replication by one leader. */
export interface LeaderRun {
  readonly seed: string;
  readonly settings: Partial<Settings>;
  readonly rules?: Rules;
  readonly workload: { readonly objects: readonly ObjectSpec[]; create(random: Random): WorkloadRun };
  /** Names; none: nothing happens. */
  readonly faults: readonly string[];
  readonly nodes?: number;
  readonly clients?: number;
  readonly rate?: number;
  readonly seconds?: number;
  readonly network?: Partial<NetworkOptions>;
  readonly retries?: boolean;
}

/** Longest that one fault lasts. */
const FAULT = 3 * SECOND;

/** @returns the history, JSONL, and what the nodes logged */
export async function runLeader(
  run: LeaderRun,
): Promise<{ readonly history: string; readonly logs: string }> {
  const { clients = 5, rate = 80, seconds = 15 } = run;
  const random = new Random(run.seed);
  const runtime = new SimRuntime(random.fork("run"));
  const settings = leaderSettings({ electionTimeout: 300, ...run.settings });
  const nodes = Array.from({ length: run.nodes ?? 3 }, (_, i) => `n${i + 1}`);
  const faults = Object.fromEntries(Object.entries(allFaults).filter(([name]) => run.faults.includes(name)));
  const time = seconds * SECOND;
  const tokens: Tokens = new Map();
  let history = "";
  let logs = "";
  const outcome = await runVirtual(runtime, async () => {
    await using cluster = await startSimCluster({
      runtime,
      plan: {
        ...planOf(settings, run.rules),
        ...(run.network === undefined ? {} : { network: run.network }),
      },
      nodes,
      random: random.fork("cluster"),
    });
    const ask = () => Promise.all(nodes.map((node) => askStatus(runtime, cluster.endpoint(node))));
    const leader = async (): Promise<string | undefined> => {
      const statuses = (await ask()).map((status, i) => ({ status, node: nodes[i] }));
      const leaders = statuses.flatMap(({ status, node }) =>
        typeof status !== "string" && status.role === "leader" ? [{ node, term: status.term }] : [],
      );
      return leaders.sort((a, b) => b.term - a.term)[0]?.node;
    };
    const notReady = async (): Promise<string | undefined> => {
      const led = await leader();
      const ready = (await ask()).every(
        (status) => typeof status !== "string" && status.leader === led && status.missing === null,
      );
      return led !== undefined && ready ? undefined : "not all nodes follow one leader";
    };
    const deadline = runtime.now() + 30 * SECOND;
    while ((await notReady()) !== undefined && runtime.now() < deadline)
      await runtime.sleep(50 * MILLISECOND);
    const ended = await runTest({
      runtime,
      cluster,
      header: { riftcheck: 1, objects: [...run.workload.objects], nodes },
      workload: run.workload.create(random.fork("workload")),
      faults,
      schedule:
        run.faults.length === 0
          ? []
          : planSchedule({ random: random.fork("faults"), nodes, faults, time, duration: FAULT }),
      clients,
      rate,
      time,
      timeout: 2 * SECOND,
      convergeWithin: 10 * SECOND,
      sink: { write: (chunk) => (history += chunk) },
      interrupt: new AbortController().signal,
      openClient: (process) =>
        new StoreClient(
          {
            runtime,
            options: settings,
            nodes: nodes.map((node) => cluster.endpoint(node)),
            process,
            memory: new Map(),
            random: random.fork(`client/${process}`),
            timeout: 2 * SECOND,
          },
          tokens,
          run.retries,
        ),
      notReady,
      leader,
    });
    logs = Object.values(await cluster.logs()).join("\n");
    return ended;
  });
  if (outcome.error !== undefined) throw outcome.error;
  return { history, logs };
}
