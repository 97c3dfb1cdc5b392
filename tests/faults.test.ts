import { describe, expect, test } from "vitest";
import { type Capabilities, CLIENTS, type Cluster } from "#core/cluster";
import { HarnessError } from "#core/errors";
import type { ActiveFault, Fault, NemesisContext, ScheduledFault } from "#core/nemesis";
import { Random } from "#core/random";
import { MILLISECOND, SECOND } from "#core/units";
import { CAPABILITIES } from "../harness/cluster/capabilities.ts";
import { type SimCluster, startSimCluster } from "../harness/cluster/sim/cluster.ts";
import { runVirtual } from "../harness/cluster/sim/run-virtual.ts";
import { SimRuntime } from "../harness/cluster/sim/runtime.ts";
import { healCluster } from "../harness/engine/run-nemesis.ts";
import { faults } from "../harness/nemeses/registry.ts";
import { simKv } from "../targets/sim-kv/target.ts";

const NODES = ["n1", "n2", "n3", "n4", "n5"];
const simulated = Object.values(faults).filter(
  ({ needs = [], hook }) => hook === undefined && needs.every((need) => CAPABILITIES.sim.includes(need)),
);
const LENGTH = 4 * SECOND;

interface World {
  readonly runtime: SimRuntime;
  readonly cluster: SimCluster;
  readonly context: NemesisContext;
}

/** Runs `main` on a cluster that is ready and that clients write to all the time. */
async function simulate(main: (world: World) => Promise<void>): Promise<void> {
  const random = new Random("faults");
  const runtime = new SimRuntime(random.fork("run"));
  const options = simKv.options.parse({ replication: "majority", electionTimeout: 300 });
  const plan = simKv.environments.sim?.(options);
  if (plan === undefined) throw new Error("sim-kv has no simulation");
  await runVirtual(runtime, async () => {
    await using cluster = await startSimCluster({ runtime, plan, nodes: NODES, random });
    const target = { runtime, cluster, options };
    while ((await simKv.notReady(target)) !== undefined) await runtime.sleep(50 * MILLISECOND);
    let ended = false;
    const nodes = NODES.map((node) => cluster.endpoint(node));
    const write = async (process: number): Promise<void> => {
      for (let value = 0; !ended; value++) {
        const client = simKv.createClient({
          runtime,
          options,
          nodes,
          process,
          memory: new Map(),
          random,
          timeout: SECOND,
        });
        const attempt = client.invoke({ f: "write", key: `k${process}`, value }).catch(() => undefined);
        await Promise.race([attempt, runtime.sleep(SECOND)]);
        await client.close();
        await runtime.sleep(20 * MILLISECOND);
      }
    };
    const writing = [0, 1, 2].map(write);
    const stop = new AbortController().signal;
    const context = { runtime, cluster, stop, leader: async () => simKv.leader?.(target) };
    await main({ runtime, cluster, context });
    ended = true;
    await Promise.all(writing);
  });
}

const scheduled = (fault: Fault, at: number, seed: number): ScheduledFault => {
  const { on, parameters } = fault.choose(new Random(seed), NODES);
  return { id: 1, at, for: LENGTH, fault: fault.name, on, parameters: structuredClone(parameters) };
};

/** All that faults change, as it can be seen from outside. */
async function conditionOf(cluster: Cluster): Promise<unknown> {
  const ends = [...cluster.nodes, CLIENTS];
  const cut: string[] = [];
  for (const from of ends)
    for (const to of ends) if (!(await cluster.reachable(from, to))) cut.push(`${from}>${to}`);
  return {
    cut,
    dropped: await cluster.dropped(),
    states: await Promise.all(cluster.nodes.map((node) => cluster.state(node))),
    clocks: await Promise.all(cluster.nodes.map(async (node) => cluster.clocks?.ahead(node))),
  };
}

describe.each(simulated)("$name", (fault) => {
  test.each([1, 2, 3])("has an effect and heals without a trace, once or twice (seed %i)", (seed) =>
    simulate(async ({ runtime, cluster, context }) => {
      const before = await conditionOf(cluster);
      const active = await fault.start(context, scheduled(fault, runtime.now(), seed));
      expect(active.nodes.every((node) => NODES.includes(node))).toBe(true);
      await runtime.sleep(LENGTH);
      const told = await active.heal();
      expect(active.hadEffect(), JSON.stringify(told)).toBe(true);
      expect(await conditionOf(cluster)).toEqual(before);
      expect(await active.heal()).toEqual(told);
      expect(await conditionOf(cluster)).toEqual(before);
    }),
  );

  test("healed at once, in the middle of what it does, leaves no trace either", () =>
    simulate(async ({ runtime, cluster, context }) => {
      const before = await conditionOf(cluster);
      const active = await fault.start(context, scheduled(fault, runtime.now(), 4));
      await runtime.sleep(LENGTH / 3);
      await active.heal();
      await runtime.sleep(2 * LENGTH);
      expect(await conditionOf(cluster)).toEqual(before);
    }));

  // A strobe goes on until it is healed itself, as the engine does with all that were started.
  test.skipIf(fault.name === "clock-strobe")("abandoned, it is healed with the whole cluster", () =>
    simulate(async ({ runtime, cluster, context }) => {
      const before = await conditionOf(cluster);
      await fault.start(context, { ...scheduled(fault, runtime.now(), 5), for: 1_000_000 * SECOND });
      await runtime.sleep(SECOND);
      await healCluster(runtime, cluster);
      await healCluster(runtime, cluster);
      expect(await conditionOf(cluster)).toEqual(before);
    }),
  );

  test("is not believed where nothing happens", () =>
    simulate(async ({ runtime, cluster, context }) => {
      const active = await startOrRefuse(fault, { ...context, cluster: pretending(cluster) }, runtime.now());
      await runtime.sleep(LENGTH);
      await active?.heal();
      expect(active?.hadEffect() ?? false).toBe(false);
    }));
});

describe.each(simulated.filter(({ parameters }) => parameters !== undefined))(
  "parameters of $name",
  (fault) => {
    test("are checked, and the first that is wrong is named", () =>
      simulate(async ({ context }) => {
        const entry = { ...scheduled(fault, 0, 1), parameters: {} };
        const started = Promise.resolve().then(() => fault.start(context, entry));
        await expect(started).rejects.toThrow(new RegExp(`^${fault.name}: parameters: \\w+: `));
      }));

    test("are described, each of them", () => {
      for (const [name, schema] of Object.entries(fault.parameters?.shape ?? {}))
        expect((schema as { description?: string }).description, name).toBeDefined();
    });
  },
);

async function startOrRefuse(
  fault: Fault,
  context: NemesisContext,
  at: number,
): Promise<ActiveFault | undefined> {
  try {
    return await fault.start(context, scheduled(fault, at, 1));
  } catch (error) {
    if (error instanceof HarnessError && error.code === "fault-failed") return undefined;
    throw error;
  }
}

/** The same cluster, except that whoever asks it for harm is only told that it was done. */
function pretending(cluster: SimCluster): Cluster {
  const nothing = async (): Promise<void> => undefined;
  const { power, clocks, shaping, speed } = cluster;
  const harmless: Partial<Cluster> = {
    kill: nothing,
    pause: nothing,
    block: nothing,
    reachable: async () => false,
    power: { ...power, cut: async () => null },
    clocks: { ...clocks, jump: nothing, setRate: nothing },
    shaping: { ...shaping, shape: async () => ({ affected: async () => 0, lift: nothing }) },
    speed: { ...speed, slow: nothing },
  };
  return new Proxy<Cluster>(cluster, {
    get: (target, name) => {
      const value: unknown = Reflect.get(harmless, name) ?? Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

test("a simulated cluster is capable of what is said of it, and of nothing that no fault asks for", () =>
  simulate(async ({ cluster }) => {
    const capabilities: Partial<Capabilities> = cluster;
    for (const capability of CAPABILITIES.sim) expect(capabilities[capability], capability).toBeDefined();
    const needed = simulated.flatMap(({ needs = [] }) => needs);
    expect(new Set(needed)).toEqual(new Set(CAPABILITIES.sim));
  }));

test("every fault is possible somewhere, and every parameter of one is described", () => {
  for (const { name, needs = [], parameters } of Object.values(faults)) {
    const able = Object.values(CAPABILITIES).filter((all) => needs.every((need) => all.includes(need)));
    expect(able.length, name).toBeGreaterThan(0);
    for (const [field, schema] of Object.entries(parameters?.shape ?? {}))
      expect((schema as { description?: string }).description, `${name}.${field}`).toBeDefined();
  }
});
