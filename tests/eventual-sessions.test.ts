/** Sessions of `eventual` that outlive their connections, and what its nodes tell metrics. */
import { expect, test } from "vitest";
import type { Client } from "#core/client";
import { Random } from "#core/random";
import { SECOND } from "#core/units";
import { type SimCluster, startSimCluster } from "../harness/cluster/sim/cluster.ts";
import { runVirtual } from "../harness/cluster/sim/run-virtual.ts";
import { SimRuntime } from "../harness/cluster/sim/runtime.ts";
import { storeEventsOf } from "../harness/metrics/store-events.ts";
import { eventual } from "../targets/eventual/target.ts";

interface Scene {
  readonly cluster: SimCluster;
  readonly runtime: SimRuntime;
  /** A connection of the process whose home is the node of that number, counted from 1. */
  connect(node: number, memory?: Map<string, unknown>): Client;
}

function played<T>(flags: Record<string, unknown>, play: (scene: Scene) => Promise<T>): Promise<T> {
  const options = eventual.options.parse(flags);
  const random = new Random("sessions");
  const runtime = new SimRuntime(random.fork("run"));
  const plan = eventual.environments.sim!(options);
  const nodes = ["n1", "n2", "n3"];
  return runVirtual(runtime, async () => {
    await using cluster = await startSimCluster({ runtime, plan, nodes, random: random.fork("cluster") });
    const connect: Scene["connect"] = (node, memory = new Map()) =>
      eventual.createClient({
        runtime,
        options,
        nodes: nodes.map((name) => cluster.endpoint(name)),
        process: node - 1,
        memory,
        random: random.fork(`session ${node}`),
        timeout: SECOND,
      });
    return await play({ cluster, runtime, connect });
  });
}

const write = (value: number) => ({ f: "write", key: "x", value, object: "register" }) as const;
const read = { f: "read", key: "x", value: null, object: "register" } as const;

test.each([
  [true, 1],
  [false, null],
])("a session that remembers (%s) reads %s of what it wrote elsewhere", async (remembers, expected) => {
  const value = await played({ preset: "causal", replicationLag: 200 }, async ({ connect }) => {
    const memory = new Map<string, unknown>();
    const first = connect(1, memory);
    await first.invoke(write(1));
    await first.close();
    const again = connect(1, remembers ? memory : new Map());
    const reply = await again.invoke({ ...read, node: "n2" });
    await again.close();
    return reply.value;
  });
  expect(value).toBe(expected);
});

test("a session stays where it is when it asked for what there is not", async () => {
  const nodes = await played({ preset: "multi-leader" }, async ({ connect }) => {
    const client = connect(2);
    const before = await client.invoke(write(1));
    await expect(client.invoke({ ...read, level: "strong" })).rejects.toThrow("no strong reads");
    const after = await client.invoke(read);
    await client.close();
    return [before.node, after.node];
  });
  expect(nodes).toEqual(["n2", "n2"]);
});

test("a session leaves a node that is gone", async () => {
  const node = await played({ preset: "multi-leader" }, async ({ connect, cluster }) => {
    const client = connect(2);
    await cluster.kill("n2");
    await expect(client.invoke(read)).rejects.toThrow("refused");
    const reply = await client.invoke(read);
    await client.close();
    return reply.node;
  });
  expect(node).toBe("n3");
});

test("nodes tell of concurrent versions, and of rounds of gossip that removed a difference", async () => {
  const flags = { preset: "dynamo-siblings", readRepair: false, hintedHandoff: false, writeQuorum: 1 };
  const events = await played(flags, async ({ connect, cluster, runtime }) => {
    const [one, two] = [connect(1), connect(2)];
    const links = ["n1", "n2", "n3"].flatMap((from) => ["n1", "n2", "n3"].map((to) => ({ from, to })));
    const cut = links.filter(({ from, to }) => from !== to);
    await cluster.block(cut);
    await one.invoke(write(1));
    await two.invoke(write(2));
    await cluster.unblock(cut);
    await runtime.sleep(10 * SECOND);
    await one.close();
    await two.close();
    return storeEventsOf(Object.values(await cluster.logs()));
  });
  expect(events.filter(({ event }) => event === "conflict").length).toBeGreaterThan(0);
  const rounds = events.filter((one) => one.event === "repair");
  expect(rounds.length).toBeGreaterThan(0);
  expect(rounds.every(({ complete }) => complete)).toBe(true);
});
