import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Cluster } from "#core/cluster";
import type { Fault, NemesisContext, ScheduledFault } from "#core/nemesis";
import { Random } from "#core/random";
import { SECOND } from "#core/units";
import { connectEngine } from "../harness/cluster/docker/engine.ts";
import { mustRunIn } from "../harness/cluster/docker/exec.ts";
import { nameOf } from "../harness/cluster/docker/labels.ts";
import { CHAIN, remainingRules } from "../harness/cluster/docker/rules.ts";
import { startDockerCluster } from "../harness/cluster/docker/start.ts";
import { inContainers } from "../harness/cli/home-made.ts";
import { RealTimeRuntime } from "../harness/engine/real-time.ts";
import { healCluster } from "../harness/engine/run-nemesis.ts";
import { faults } from "../harness/nemeses/registry.ts";
import { askStatus } from "../targets/eventual/session/ask-status.ts";
import { simKv } from "../targets/sim-kv/target.ts";
import { requireDocker } from "./support/docker.ts";

const docker = await requireDocker();
const NODES = ["n1", "n2", "n3", "n4", "n5"];
/** Long enough for faults that go from node to node. */
const LENGTH = 3 * SECOND;
const RUN = `test-${randomUUID().slice(0, 8)}`;
const SOON = { timeout: 30_000, interval: 100 };

const runtime = new RealTimeRuntime(RUN);
const options = simKv.options.parse({ replication: "majority", electionTimeout: 300 });
let cluster: Cluster;
let context: NemesisContext;

/** What needs nothing that containers lack. */
const possible = Object.values(faults).filter(
  ({ needs = [], hook }) => hook === undefined && needs.length === 0,
);

const inHolder = async (node: string, ...command: string[]): Promise<string> =>
  mustRunIn((await connectEngine()).getContainer(nameOf(RUN, node)), command);

/** Rules of the packet filter, by node, as the kernel has them. */
async function rules(): Promise<string[]> {
  const listings = await Promise.all(NODES.map((node) => inHolder(node, "iptables", "--wait", "-S", CHAIN)));
  return listings.flatMap((listing, i) => remainingRules(listing).map((rule) => `${NODES[i]} ${rule}`));
}

/** Packets that the kernel has dropped for those rules. */
async function droppedNow(): Promise<number> {
  const listings = await Promise.all(
    NODES.map((node) => inHolder(node, "iptables", "--wait", "-nvxL", CHAIN)),
  );
  const counts = listings.flatMap((listing) =>
    [...listing.matchAll(/^\s*(\d+)\s+\d+\s+DROP/gm)].map(([, count]) => Number(count)),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}

/** Nodes that answer clients. */
async function answering(): Promise<string[]> {
  const answers = await Promise.all(NODES.map((node) => askStatus(runtime, cluster.endpoint(node), SECOND)));
  return NODES.filter((_, i) => typeof answers[i] !== "string");
}

/** Node processes of the store as the engine's machine sees them: ids, and whether each stands still. */
async function processes(): Promise<{ readonly ids: readonly number[]; readonly paused: number }> {
  const engine = await connectEngine();
  const states = await Promise.all(
    NODES.map(async (node) => (await engine.getContainer(nameOf(RUN, node, "store")).inspect()).State),
  );
  return {
    ids: states.filter(({ Running }) => Running).map(({ Pid }) => Pid),
    paused: states.filter(({ Paused }) => Paused).length,
  };
}

const ready = () => simKv.notReady({ runtime, cluster, options });

const scheduled = (fault: Fault): ScheduledFault => {
  const { on, parameters } = fault.choose(new Random(fault.name), NODES);
  return { id: 1, at: runtime.now(), for: LENGTH, fault: fault.name, on, parameters };
};

describe.runIf(docker)("faults in containers, on a home-made store", () => {
  beforeAll(async () => {
    const target = inContainers(simKv, undefined, "1");
    cluster = await startDockerCluster({ runId: RUN, nodes: NODES, target, options, runtime });
    context = {
      runtime,
      cluster,
      stop: new AbortController().signal,
      leader: async () => simKv.leader?.({ runtime, cluster, options }),
    };
  });
  afterAll(async () => {
    await cluster?.[Symbol.asyncDispose]();
  });

  test("the list is what the packages partition, kill and pause hold, but for partition-clients", () => {
    expect(possible.map(({ name }) => name).sort()).toEqual([
      ...["kill-all", "kill-leader", "kill-one", "kill-rolling", "kill-starting"],
      ...["partition-bridge", "partition-halves", "partition-leader", "partition-majority"],
      ...["partition-one", "partition-one-way", "partition-random", "partition-ring", "partition-swizzled"],
      ...["pause-leader", "pause-one"],
    ]);
  });

  test.each(possible.map((fault) => [fault.name, fault] as const))("%s", async (_, fault) => {
    await expect.poll(ready, SOON).toBeUndefined();
    const before = await processes();
    expect(before).toMatchObject({ paused: 0 });
    expect(before.ids).toHaveLength(NODES.length);
    const active = await fault.start(context, scheduled(fault));
    const inForce = runtime.now();
    if (fault.mechanism === "links") {
      expect(await rules()).not.toEqual([]);
      await expect.poll(droppedNow, SOON).toBeGreaterThan(0);
      expect((await processes()).ids).toEqual(before.ids);
    } else if (fault.name.startsWith("pause")) {
      expect((await processes()).paused).toBe(1);
      expect(await answering()).toEqual(NODES.filter((node) => !active.nodes.includes(node)));
    } else if (fault.name === "kill-starting") {
      // Between two kills the node runs, as a new process each time.
      const { ids } = await processes();
      expect(ids.filter((id) => before.ids.includes(id)).length).toBeLessThan(NODES.length);
    } else {
      const { ids } = await processes();
      expect(ids.length).toBeLessThan(NODES.length);
      expect((await answering()).length).toBeLessThan(NODES.length);
    }
    await runtime.sleep(Math.max(0, inForce + LENGTH - runtime.now()));
    const told = await active.heal();
    expect(active.hadEffect(), JSON.stringify(told)).toBe(true);
    expect(await rules()).toEqual([]);
    const after = await processes();
    expect(after.paused).toBe(0);
    expect(after.ids).toHaveLength(NODES.length);
    const others = after.ids.filter((id) => !before.ids.includes(id)).length;
    // On a busy machine the time of a rolling restart may be over before the last nodes had their turn.
    if (fault.name === "kill-rolling")
      expect(others).toBe((told as { restarted: unknown[] }).restarted.length);
    else expect(others).toBe(fault.name.startsWith("kill") ? active.nodes.length : 0);
    await expect.poll(answering, SOON).toEqual(NODES);
    expect(await active.heal()).toEqual(told);
  });

  test("whatever was begun and abandoned, healing the cluster takes it back", async () => {
    await faults["partition-bridge"]?.start(context, scheduled(faults["partition-bridge"]));
    await cluster.kill("n2");
    await cluster.pause("n4");
    await healCluster(runtime, cluster);
    await healCluster(runtime, cluster);
    expect(await rules()).toEqual([]);
    await expect.poll(ready, SOON).toBeUndefined();
  });

  test("two partitions at once: healing one leaves the other as it is", async () => {
    const one = await faults["partition-ring"]?.start(context, scheduled(faults["partition-ring"]));
    const alone = await rules();
    const other = await faults["partition-one"]?.start(context, scheduled(faults["partition-one"]));
    expect((await rules()).length).toBeGreaterThan(alone.length);
    await other?.heal();
    expect((await rules()).sort()).toEqual(alone.sort());
    await one?.heal();
    expect(await rules()).toEqual([]);
    await expect.poll(ready, SOON).toBeUndefined();
  });
});
