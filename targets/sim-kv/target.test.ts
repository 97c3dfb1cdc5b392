import { describe, expect, test } from "vitest";
import type { Client } from "#core/client";
import { OperationError } from "#core/errors";
import type { Invocation, Reply } from "#core/operation";
import { Random } from "#core/random";
import { MILLISECOND, SECOND } from "#core/units";
import { type SimCluster, startSimCluster } from "../../harness/cluster/sim/cluster.ts";
import { runVirtual } from "../../harness/cluster/sim/run-virtual.ts";
import { SimRuntime } from "../../harness/cluster/sim/runtime.ts";
import { simKv } from "./target.ts";

const TIMEOUT = 2 * SECOND;

interface World {
  readonly runtime: SimRuntime;
  readonly cluster: SimCluster;
  readonly leader: string;
  readonly followers: readonly string[];
  open(): Client;
  sleep(seconds: number): Promise<void>;
  notReady(): Promise<string | undefined>;
  currentLeader(): Promise<string | undefined>;
  /** Cuts all links between one node and the others. */
  isolate(node: string): Promise<void>;
}

/** Runs `main` in virtual time against a cluster that is ready. */
async function simulate(
  flags: Record<string, unknown>,
  main: (world: World) => Promise<void>,
  nodes: readonly string[] = ["n1", "n2", "n3"],
): Promise<void> {
  const random = new Random("target");
  const runtime = new SimRuntime(random.fork("run"));
  const options = simKv.options.parse(flags);
  const plan = simKv.environments.sim?.(options);
  if (plan === undefined) throw new Error("sim-kv has no simulation");
  await runVirtual(runtime, async () => {
    await using cluster = await startSimCluster({ runtime, plan, nodes, random: random.fork("cluster") });
    const context = { runtime, cluster, options };
    const notReady = (): Promise<string | undefined> => simKv.notReady(context);
    const currentLeader = async (): Promise<string | undefined> => simKv.leader?.(context);
    expect(await notReady()).toBe("no node leads yet");
    while ((await notReady()) !== undefined) await runtime.sleep(50 * MILLISECOND);
    const leader = (await currentLeader()) ?? "none";
    let opened = 0;
    await main({
      runtime,
      cluster,
      leader,
      followers: nodes.filter((node) => node !== leader),
      open: () =>
        simKv.createClient({
          runtime,
          options,
          nodes: nodes.map((node) => cluster.endpoint(node)),
          process: opened,
          memory: new Map(),
          random: random.fork(`client ${opened++}`),
          timeout: TIMEOUT,
        }),
      sleep: (seconds) => runtime.sleep(seconds * SECOND),
      notReady,
      currentLeader,
      isolate: (node) => {
        const others = nodes.filter((other) => other !== node);
        return cluster.block(
          others.flatMap((to) => [
            { from: node, to },
            { from: to, to: node },
          ]),
        );
      },
    });
  });
}

const write = (value: number): Invocation => ({ f: "write", key: "x", value });
const READ: Invocation = { f: "read", key: "x", value: null };

/** The reply, or the code of the error; `no reply` if there is none within the time limit. */
async function attempt({ runtime }: World, client: Client, operation: Invocation): Promise<Reply | string> {
  const limit = runtime.sleep(TIMEOUT).then(() => "no reply");
  const invoked = client.invoke(operation).catch((error: unknown) => {
    if (error instanceof OperationError) return error.code;
    throw error;
  });
  return Promise.race([invoked, limit]);
}

describe("a client", () => {
  test("finds the leader by itself, and tells who answered", () =>
    simulate({ readFrom: "primary" }, async (world) => {
      const client = world.open();
      expect(await attempt(world, client, write(1))).toEqual({ node: world.leader });
      expect(await attempt(world, client, READ)).toEqual({ value: 1, node: world.leader });
    }));

  test("reads registers never written as null, sets as what was added", () =>
    simulate({ readFrom: "primary" }, async (world) => {
      const client = world.open();
      expect(await client.invoke(READ)).toMatchObject({ value: null });
      const readSet: Invocation = { f: "read", key: "s", value: null, object: "set" };
      expect(await client.invoke(readSet)).toMatchObject({ value: [] });
      for (const element of [2, 1, 2]) await client.invoke({ f: "add", key: "s", value: element });
      expect(await client.invoke(readSet)).toMatchObject({ value: [2, 1] });
    }));

  test.each([
    ["any", ({ cluster }: World) => cluster.nodes],
    ["replica", ({ followers }: World) => followers],
    ["primary", ({ leader }: World) => [leader]],
  ] as const)("reads from %s, as it was told", (readFrom, expected) =>
    simulate({ readFrom }, async (world) => {
      const client = world.open();
      const answered = new Set<string | undefined>();
      for (let i = 0; i < 50; i++) answered.add((await client.invoke(READ)).node);
      expect(answered).toEqual(new Set(expected(world)));
    }),
  );

  test("alone with its leader it reads from it, whatever it was told", () =>
    simulate(
      { readFrom: "replica" },
      async (world) => {
        const client = world.open();
        await client.invoke(write(1));
        expect(await client.invoke(READ)).toEqual({ value: 1, node: "n1" });
      },
      ["n1"],
    ));

  test("asks the node that must answer; a follower does so only in the final phase or if reads may come from it", async () => {
    await simulate({ readFrom: "primary" }, async (world) => {
      const client = world.open();
      await client.invoke(write(1));
      await world.sleep(0.1);
      for (const node of world.cluster.nodes) {
        expect(await client.invoke({ ...READ, node, final: true })).toEqual({ value: 1, node });
      }
      const [follower = ""] = world.followers;
      expect(await attempt(world, client, { ...READ, node: follower })).toBe("not-leader");
      expect(await attempt(world, client, { ...write(2), node: follower })).toBe("not-leader");
    });
    await simulate({ readFrom: "any" }, async (world) => {
      const [node = ""] = world.followers;
      expect(await world.open().invoke({ ...READ, node })).toEqual({ value: null, node });
    });
  });

  test("says that nothing was sent when a node is dead, and that nobody knows when it died under way", () =>
    simulate({}, async (world) => {
      const client = world.open();
      await client.invoke(write(1));
      const [node = ""] = world.followers;
      await world.cluster.kill(node);
      expect(await attempt(world, client, { ...READ, node })).toBe("connection-refused");
      const writing = attempt(world, client, write(2));
      await world.cluster.kill(world.leader);
      expect(await writing).toBe("connection-lost");
    }));

  test("does not retry: after a refusal it reports, then follows the hint; after a crash it asks again", () =>
    simulate({}, async (world) => {
      const client = world.open();
      await client.invoke(write(1));
      await world.isolate(world.leader);
      await world.sleep(3);
      await world.cluster.unblock();
      await world.sleep(1);
      const next = await world.currentLeader();
      expect(next).not.toBe(world.leader);
      expect(await attempt(world, client, write(2))).toBe("not-leader");
      expect(await attempt(world, client, write(3))).toEqual({ node: next });
      await world.cluster.kill(next ?? "");
      await world.sleep(3);
      expect(await attempt(world, client, write(4))).toMatch(/not-connected|connection-lost/);
      expect(await attempt(world, client, write(5))).toEqual({ node: await world.currentLeader() });
    }));

  test("gives up when no node knows a leader, and passes over nodes that do not answer", () =>
    simulate({}, async (world) => {
      const [first = "", second = ""] = world.followers;
      await world.cluster.pause(first);
      for (let i = 0; i < 10; i++)
        expect(await attempt(world, world.open(), write(i))).toEqual({ node: world.leader });
      await world.cluster.kill(world.leader);
      await world.sleep(3);
      expect(await attempt(world, world.open(), write(10))).toBe("no-leader");
      await world.cluster.resume(first);
      await world.sleep(3);
      expect(await attempt(world, world.open(), write(11))).toEqual({ node: await world.currentLeader() });
      expect([first, second]).toContain(await world.currentLeader());
    }));

  test("closed while an operation is under way ends it", () =>
    simulate({}, async (world) => {
      const client = world.open();
      const early = attempt(world, client, write(1));
      void client.close();
      expect(await early).toMatch(/not-connected|connection-lost/);
      const other = world.open();
      await other.invoke(write(2));
      const writing = attempt(world, other, write(3));
      await world.sleep(0.000_01);
      await other.close();
      await other.close();
      expect(await writing).toBe("connection-lost");
    }));

  test("refuses operations that sim-kv does not have", () =>
    simulate({}, async (world) => {
      expect(await attempt(world, world.open(), { f: "cas", key: "x", value: [1, 2] })).toBe("rejected");
      expect(await attempt(world, world.open(), { f: "read", value: null })).toBe("rejected");
      expect(await attempt(world, world.open(), { ...READ, node: "n9" })).toBe("rejected");
    }));
});

describe("a leader cut off", () => {
  test("async: goes on acknowledging writes, which are gone after healing", () =>
    simulate({ readFrom: "primary" }, async (world) => {
      const [old, other] = [world.open(), world.open()];
      await old.invoke(write(1));
      await world.sleep(0.1);
      await world.isolate(world.leader);
      await world.sleep(3);
      const next = await world.currentLeader();
      expect(next).not.toBe(world.leader);
      expect(await attempt(world, old, { f: "add", key: "s", value: "lost" })).toEqual({
        node: world.leader,
      });
      expect(await attempt(world, other, { f: "add", key: "s", value: "kept", node: next ?? "" })).toEqual({
        node: next,
      });
      expect(await world.cluster.dropped()).toBeGreaterThan(0);
      await world.cluster.unblock();
      await world.sleep(1);
      expect(await world.notReady()).toBeUndefined();
      for (const node of world.cluster.nodes) {
        const final: Invocation = { f: "read", key: "s", value: null, object: "set", node, final: true };
        expect(await other.invoke(final)).toEqual({ value: ["kept"], node });
      }
      expect((await world.cluster.logs())[`${world.leader}/store.log`]).toContain("cut off applied entries");
    }));

  test("majority: neither acknowledges a write nor answers a read", () =>
    simulate({ replication: "majority", readFrom: "primary" }, async (world) => {
      const [writer, reader] = [world.open(), world.open()];
      await writer.invoke(write(1));
      await reader.invoke(READ);
      await world.isolate(world.leader);
      const [written, read] = await Promise.all([
        attempt(world, writer, write(2)),
        attempt(world, reader, READ),
      ]);
      expect([written, read]).toEqual(["no reply", "no reply"]);
      await world.sleep(2);
      expect(
        await attempt(world, world.open(), { ...READ, node: (await world.currentLeader()) ?? "" }),
      ).toMatchObject({
        value: 1,
      });
    }));

  test("majority: of a write under way when it hears of the next leader nobody knows the outcome", () =>
    simulate({ replication: "majority", readFrom: "primary", electionTimeout: 200 }, async (world) => {
      const client = world.open();
      await client.invoke(write(1));
      await world.isolate(world.leader);
      const writing = attempt(world, client, write(2));
      await world.sleep(1);
      await world.cluster.unblock();
      expect(await writing).toBe("no-quorum");
    }));
});

describe("a follower", () => {
  test("that was cut off comes back without deposing the leader, and catches up", () =>
    simulate({}, async (world) => {
      const client = world.open();
      const [follower = ""] = world.followers;
      await world.isolate(follower);
      for (let i = 1; i <= 1_200; i++) await client.invoke(write(i));
      await world.sleep(5);
      expect(await client.invoke({ ...READ, node: follower })).toMatchObject({ value: null });
      await world.cluster.unblock();
      await world.sleep(0.5);
      expect(await client.invoke({ ...READ, node: follower })).toMatchObject({ value: 1_200 });
      expect(await world.currentLeader()).toBe(world.leader);
    }));

  test("that crashed has what it had, and catches up", () =>
    simulate({}, async (world) => {
      const client = world.open();
      const [follower = ""] = world.followers;
      await client.invoke(write(1));
      await world.sleep(0.1);
      await world.cluster.kill(follower);
      await client.invoke(write(2));
      expect(await world.notReady()).toContain(follower);
      await world.cluster.start(follower);
      expect(await client.invoke({ ...READ, node: follower })).toMatchObject({ value: 1 });
      await world.sleep(0.5);
      expect(await client.invoke({ ...READ, node: follower })).toMatchObject({ value: 2 });
      expect(await world.notReady()).toBeUndefined();
    }));

  test("answers with old data for as long as the replication lag", () =>
    simulate({ replicationLag: 300 }, async (world) => {
      const client = world.open();
      const [follower = ""] = world.followers;
      await client.invoke(write(1));
      await world.sleep(0.29);
      expect(await client.invoke({ ...READ, node: follower })).toMatchObject({ value: null });
      await world.sleep(0.02);
      expect(await client.invoke({ ...READ, node: follower })).toMatchObject({ value: 1 });
    }));
});

test("all nodes killed and started again have every acknowledged write", async () => {
  for (const replication of ["async", "majority"]) {
    await simulate({ replication, readFrom: "primary" }, async (world) => {
      for (let i = 1; i <= 20; i++) await world.open().invoke(write(i));
      for (const node of world.cluster.nodes) await world.cluster.kill(node);
      for (const node of world.cluster.nodes) await world.cluster.start(node);
      while ((await world.notReady()) !== undefined) await world.sleep(0.1);
      expect(await world.open().invoke(READ)).toMatchObject({ value: 20 });
    });
  }
});

describe("claims", () => {
  const holding = (flags: Record<string, unknown>, nodes: number, faults: string[] = []): string[] =>
    simKv
      .claims(simKv.options.parse(flags), { workload: "session", objects: [], nodes, faults })
      .filter(({ is }) => is === "holds")
      .map(({ model }) => model);

  test("convergence always; everything where a majority acknowledges and the leader answers, or one node is alone", () => {
    const everything = [
      "linearizable",
      "read-your-writes",
      "monotonic-reads",
      "monotonic-writes",
      "writes-follow-reads",
      "no-lost-writes",
      "convergence",
    ];
    expect(holding({}, 3)).toEqual(["convergence"]);
    expect(holding({ readFrom: "primary" }, 3)).toEqual(["convergence"]);
    expect(holding({ replication: "majority" }, 3)).toEqual(["no-lost-writes", "convergence"]);
    expect(holding({ replication: "majority", readFrom: "primary" }, 3)).toEqual(everything);
    expect(holding({}, 1)).toEqual(everything);
    expect(holding({}, 1, ["power-all"])).toEqual(["convergence"]);
    for (const nodes of [1, 3])
      expect(holding({ replication: "majority", readFrom: "primary" }, nodes, ["power-all"])).toEqual(
        everything,
      );
  });

  test("what may break says why", () => {
    for (const claim of simKv.claims(simKv.options.parse({}), {
      workload: "session",
      objects: [],
      nodes: 3,
      faults: [],
    })) {
      expect(claim.reason === undefined).toBe(claim.is === "holds");
    }
  });
});
