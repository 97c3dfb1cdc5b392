import { describe, expect, test } from "vitest";
import type { Fault } from "#core/nemesis";
import type { HistoryEvent } from "#core/operation";
import { Random } from "#core/random";
import type { NetworkOptions } from "#core/store-node";
import { MILLISECOND, SECOND } from "#core/units";
import { CAPABILITIES } from "../harness/cluster/capabilities.ts";
import { startSimCluster } from "../harness/cluster/sim/cluster.ts";
import { forbidRealTime } from "../harness/cluster/sim/forbid-real-time.ts";
import { runVirtual } from "../harness/cluster/sim/run-virtual.ts";
import { SimRuntime } from "../harness/cluster/sim/runtime.ts";
import { runTest } from "../harness/engine/run-test.ts";
import { faultPackages, faults as allFaults } from "../harness/nemeses/registry.ts";
import { planSchedule } from "../harness/nemeses/schedule.ts";
import { simKv } from "../targets/sim-kv/target.ts";
import { workloads } from "../workloads/registry.ts";

const CLIENTS = 5;
const RATE = 60;
const TIME = 15 * SECOND;
/** Seeds of the majority configuration, in groups: some seconds in all. */
const GROUPS = [0, 1, 2, 3, 4, 5, 6, 7];
const SEEDS = 25;

const isSimulated = ({ needs = [], hook }: Fault): boolean =>
  hook === undefined && needs.every((need) => CAPABILITIES.sim.includes(need));
const simulatedPackages = Object.keys(faultPackages).filter((name) =>
  faultPackages[name]?.some((fault) => isSimulated(allFaults[fault] as Fault)),
);

interface Configuration {
  readonly workload: "session" | "set";
  readonly options: Readonly<Record<string, unknown>>;
  /** Packages or faults; left out: all. */
  readonly faults?: string;
}

/** The history of a short run, of faults that overlap; cluster size, network, clocks and schedule are left to the seed. */
async function record(seed: number, configuration: Configuration): Promise<string> {
  const { workload: name, options: flags } = configuration;
  const { faults: chosen = "all" } = configuration;
  const random = new Random(seed);
  const workload = workloads[name];
  if (workload === undefined) throw new Error(`no workload ${name}`);
  const nodes = ["n1", "n2", "n3", "n4", "n5"].slice(0, random.pick([3, 3, 5]));
  const options = simKv.options.parse({ electionTimeout: 300, ...flags });
  const plan = simKv.environments.sim?.(options);
  if (plan === undefined) throw new Error("sim-kv has no simulation");
  const runtime = new SimRuntime(random.fork("run"));
  const network = drawNetwork(random.fork("network"));
  const clocks = random.fork("clocks");
  const skews = new Map(
    nodes.map((node) => [node, { ahead: clocks.int(SECOND), rate: 1 + (clocks.float() - 0.5) / 1_000 }]),
  );
  const faults = Object.fromEntries(
    (faultPackages[chosen] ?? [chosen])
      .map((one) => [one, allFaults[one] as Fault] as const)
      .filter(([, fault]) => isSimulated(fault)),
  );
  const timeout = 2 * SECOND;
  let text = "";
  const outcome = await runVirtual(runtime, async () => {
    await using cluster = await startSimCluster({
      runtime,
      plan: { ...plan, network, clock: (node) => skews.get(node) ?? {} },
      nodes,
      random: random.fork("cluster"),
    });
    const context = { runtime, cluster, options };
    while ((await simKv.notReady(context)) !== undefined) await runtime.sleep(100 * MILLISECOND);
    return await runTest({
      runtime,
      cluster,
      header: { riftcheck: 1, objects: [...workload.objects] },
      workload: workload.create({
        options: workload.options.parse({}),
        random: random.fork("workload"),
        nodes,
        clients: CLIENTS,
      }),
      faults,
      schedule: planSchedule({
        random: random.fork("faults"),
        nodes,
        faults,
        time: TIME,
        duration: 3 * SECOND,
        overlap: true,
      }),
      clients: CLIENTS,
      rate: RATE,
      time: TIME,
      timeout,
      convergeWithin: 10 * SECOND,
      sink: { write: (chunk) => (text += chunk) },
      interrupt: new AbortController().signal,
      openClient: (process) =>
        simKv.createClient({
          runtime,
          options,
          nodes: nodes.map((node) => cluster.endpoint(node)),
          process,
          memory: new Map(),
          random: random.fork(`client/${process}`),
          timeout,
        }),
      notReady: () => simKv.notReady(context),
      leader: async () => simKv.leader?.(context),
    });
  });
  expect(outcome.error, `seed ${seed}`).toBeUndefined();
  return text;
}

function drawNetwork(random: Random): Partial<NetworkOptions> {
  return {
    loss: random.pick([0, 0, 0.01, 0.1]),
    duplication: random.pick([0, 0, 0.05]),
    delayTail: random.pick([0.3, 2, 20]) * MILLISECOND,
    ordered: random.chance(0.3),
  };
}

const eventsOf = (text: string): HistoryEvent[] =>
  text
    .trimEnd()
    .split("\n")
    .slice(1)
    .map((line) => JSON.parse(line) as HistoryEvent);

interface Found {
  readonly acknowledged: number;
  readonly reads: number;
  /** Reads that linearizability forbids. */
  readonly wrongReads: string[];
  /** Acknowledged values and elements that the last read of some node lacks. */
  readonly lost: string[];
}

/** Reads of the final phase: of each node and key the last one. */
function lastReads(events: readonly HistoryEvent[]): HistoryEvent[] {
  const final = new Set(events.filter((event) => event.final === true).map((event) => event.process));
  const last = new Map<string, HistoryEvent>();
  for (const event of events) {
    if (event.type === "ok" && final.has(event.process)) last.set(`${event.node}/${event.key}`, event);
  }
  return [...last.values()];
}

/**
 * A key has one writer, who writes 1, 2, 3, … one after the other. So a read must return no less than what had been
 * acknowledged, or read by anybody, when it began, and no more than what was being written when it ended: together this
 * is linearizability.
 */
function judgeSession(events: readonly HistoryEvent[]): Found {
  const found = { acknowledged: 0, reads: 0, wrongReads: [] as string[], lost: [] as string[] };
  const begun = new Map<string, number>();
  const acknowledged = new Map<string, number>();
  /** The newest value acknowledged or read so far. */
  const newest = new Map<string, number>();
  /** What `newest` was when the operation that a process has under way began. */
  const atStart = new Map<number | string, number>();
  const raise = (map: Map<string, number>, key: string, value: number): void => {
    map.set(key, Math.max(map.get(key) ?? 0, value));
  };
  const last = lastReads(events);
  const final = new Set(events.filter((event) => event.final === true).map((event) => event.process));
  for (const { process, type, f, key = "", value, index, node } of events) {
    if (process === "nemesis" || final.has(process)) continue;
    const version = Number(value ?? 0);
    if (type === "invoke") {
      if (f === "write") raise(begun, key, version);
      atStart.set(process, newest.get(key) ?? 0);
    } else if (type === "ok" && f === "write") {
      found.acknowledged++;
      raise(acknowledged, key, version);
      raise(newest, key, version);
    } else if (type === "ok") {
      found.reads++;
      const [least, most] = [atStart.get(process) ?? 0, begun.get(key) ?? 0];
      if (version < least || version > most) {
        found.wrongReads.push(`event ${index}: ${node} has ${key} = ${version}, not ${least} to ${most}`);
      }
      raise(newest, key, version);
    }
  }
  for (const { key = "", value, node } of last) {
    const least = acknowledged.get(key) ?? 0;
    if (Number(value ?? 0) < least)
      found.lost.push(`${node} has ${key} = ${JSON.stringify(value)}, acknowledged ${least}`);
  }
  return found;
}

/** Acknowledged elements that some node lacks at the end. */
function lostElements(events: readonly HistoryEvent[]): unknown[] {
  const last = lastReads(events);
  const adds = events.filter((event) => event.type === "ok" && event.f === "add");
  return adds.filter(({ key, value }) =>
    last.some((read) => read.key === key && !(read.value as unknown[]).includes(value)),
  );
}

const CORRECT = { replication: "majority", readFrom: "primary" };

test.each(GROUPS)(
  "acknowledged by a majority and read from the leader, nothing is ever lost or stale (%i)",
  async (group) => {
    let acknowledged = 0;
    let reads = 0;
    for (let seed = group * SEEDS; seed < (group + 1) * SEEDS; seed++) {
      const found = judgeSession(eventsOf(await record(seed, { workload: "session", options: CORRECT })));
      expect(found, `seed ${seed}`).toMatchObject({ wrongReads: [], lost: [] });
      acknowledged += found.acknowledged;
      reads += found.reads;
    }
    // Runs in which hardly anything succeeded would prove nothing.
    expect(acknowledged).toBeGreaterThan(SEEDS * 100);
    expect(reads).toBeGreaterThan(SEEDS * 100);
  },
);

test("acknowledged by the leader alone, elements are lost; by a majority, none", async () => {
  const losing = [];
  for (let seed = 0; seed < 10; seed++) {
    const asked = { workload: "set", faults: "partition-leader" } as const;
    const events = eventsOf(await record(seed, { ...asked, options: { replication: "async" } }));
    if (lostElements(events).length > 0) losing.push(seed);
    const control = eventsOf(await record(seed, { ...asked, options: CORRECT }));
    expect(lostElements(control), `seed ${seed}`).toEqual([]);
  }
  expect(losing.length).toBeGreaterThanOrEqual(9);
});

test("a loss of power takes what the leader alone had acknowledged, and nothing that a majority had synced", async () => {
  const losing = [];
  for (let seed = 0; seed < 20; seed++) {
    const asked = { workload: "set", faults: "power-all" } as const;
    const events = eventsOf(await record(seed, { ...asked, options: { replication: "async" } }));
    if (lostElements(events).length > 0) losing.push(seed);
    const control = eventsOf(await record(seed, { ...asked, options: CORRECT }));
    expect(lostElements(control), `seed ${seed}`).toEqual([]);
  }
  expect(losing).not.toEqual([]);
});

test("asynchronous replicas agree in the end, whatever happened", async () => {
  for (let seed = 0; seed < 50; seed++) {
    const asked = { workload: "session", options: { replication: "async" } } as const;
    const finalReads = Map.groupBy(lastReads(eventsOf(await record(seed, asked))), ({ key }) => key);
    expect(finalReads.size).toBeGreaterThan(3);
    for (const [key, reads] of finalReads)
      expect(new Set(reads.map(({ value }) => value)).size, `seed ${seed}, ${key}`).toBe(1);
  }
});

test("followers answer with stale data even if every write waits for a majority", async () => {
  const options = { replication: "majority", readFrom: "replica" };
  for (let seed = 0; seed < 5; seed++) {
    const asked = { workload: "session", options, faults: "partition-one" } as const;
    const { wrongReads, lost } = judgeSession(eventsOf(await record(seed, asked)));
    expect(wrongReads, `seed ${seed}`).not.toEqual([]);
    expect(lost, `seed ${seed}`).toEqual([]);
  }
});

test("a leader that was cut off answers with stale data", async () => {
  const options = { replication: "async", readFrom: "primary" };
  const stale = [];
  for (let seed = 0; seed < 10; seed++) {
    const asked = { workload: "session", options, faults: "partition-leader" } as const;
    const { wrongReads } = judgeSession(eventsOf(await record(seed, asked)));
    if (wrongReads.length > 0) stale.push(seed);
  }
  expect(stale.length).toBeGreaterThanOrEqual(9);
});

describe("the same seed gives the same history, byte for byte, and touches no clock or chance of this machine", () => {
  const configurations = [
    ...simulatedPackages.map((faults) => ({ workload: "session", replication: "async", faults })),
    { workload: "session", replication: "majority", faults: "all" },
    { workload: "set", replication: "async", faults: "all" },
    { workload: "set", replication: "majority", faults: "power" },
  ];
  test.each(configurations)("$workload, $replication, faults: $faults", async (configuration) => {
    const { workload, replication, faults } = configuration;
    const asked = { workload, options: { replication }, faults } as Configuration;
    const histories: string[] = [];
    {
      using _real = forbidRealTime();
      for (const seed of [3, 3, 4]) histories.push(await record(seed, asked));
    }
    const [first, again, other] = histories;
    expect(first?.length).toBeGreaterThan(10_000);
    expect(again).toBe(first);
    expect(other).not.toBe(first);
  });

  test("whatever fault comes", async () => {
    for (const { name: fault } of Object.values(allFaults).filter(isSimulated)) {
      const asked = { workload: "session", options: {}, faults: fault } as const;
      using _real = forbidRealTime();
      const [first, again] = [await record(5, asked), await record(5, asked)];
      expect(first.includes(`"fault":"${fault}","phase":"healed"`), fault).toBe(true);
      expect(again === first, fault).toBe(true);
    }
  });
});
