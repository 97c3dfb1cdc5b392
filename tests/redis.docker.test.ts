import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Client } from "#core/client";
import type { Cluster } from "#core/cluster";
import { messageOf, OperationError } from "#core/errors";
import type { Invocation, Reply } from "#core/operation";
import { SECOND } from "#core/units";
import { startDockerCluster } from "../harness/cluster/docker/start.ts";
import { RealTimeRuntime } from "../harness/engine/real-time.ts";
import { redis } from "../targets/redis/target.ts";
import { requireDocker } from "./support/docker.ts";

const docker = await requireDocker();
const NODES = ["n1", "n2", "n3"];
const runtime = new RealTimeRuntime("redis");

/** Starts Redis with these options. */
async function startRedis(given: Record<string, unknown>, nodes = NODES) {
  const options = redis.options.parse(given);
  const runId = `test-${randomUUID().slice(0, 8)}`;
  const cluster = await startDockerCluster({ runId, nodes, target: redis, options, runtime });
  let process = 0;
  return {
    cluster,
    context: { runtime, cluster, options },
    /** Opens a session, closed at the end of the block. */
    open: (change: Record<string, unknown> = {}, timeout = 5 * SECOND): Session => {
      const endpoints = cluster.nodes.map((node) => cluster.endpoint(node));
      const changed = redis.options.parse({ ...given, ...change });
      const random = runtime.random.fork(String(process));
      return session(
        redis.createClient({
          runtime,
          options: changed,
          nodes: endpoints,
          process: process++,
          memory: new Map(),
          random,
          timeout,
        }),
      );
    },
  };
}

interface Session extends Disposable {
  write(key: string, value: number | string, node?: string): Promise<Reply>;
  read(key: string, node?: string): Promise<Reply>;
  add(key: string, element: number): Promise<Reply>;
  elements(key: string, node?: string): Promise<Reply>;
  readonly client: Client;
}

function session(client: Client): Session {
  const on = (node: string | undefined) => (node === undefined ? {} : { node });
  const invoke = (operation: Invocation) => client.invoke(operation);
  return {
    client,
    write: (key, value, node) => invoke({ f: "write", key, value, ...on(node) }),
    read: (key, node) => invoke({ f: "read", key, value: null, ...on(node) }),
    add: (key, value) => invoke({ f: "add", key, value, object: "set" }),
    elements: (key, node) => invoke({ f: "read", key, value: null, object: "set", ...on(node) }),
    [Symbol.dispose]: () => void client.close(),
  };
}

/** The code that an operation fails with, or `ok`. */
const codeOf = (operation: Promise<Reply>): Promise<string> =>
  operation.then(
    () => "ok",
    (error: unknown) =>
      error instanceof OperationError ? error.code : `not an OperationError: ${messageOf(error)}`,
  );

const within = (seconds: number) => ({ timeout: seconds * 1_000, interval: 50 });

describe.runIf(docker)("redis with replication", () => {
  let started: Awaited<ReturnType<typeof startRedis>>;
  let cluster: Cluster;
  beforeAll(async () => {
    started = await startRedis({ appendfsync: "always" });
    cluster = started.cluster;
  });
  afterAll(async () => {
    await cluster[Symbol.asyncDispose]();
  });

  test("what is written on the primary can be read there and soon on every replica, with its type", async () => {
    using a = started.open();
    expect(await a.read("nothing")).toEqual({ value: null, node: "n1" });
    expect(await a.write("x", 41)).toEqual({ node: "n1" });
    expect(await a.write("y", "41 €")).toEqual({ node: "n1" });
    expect(await a.read("x")).toEqual({ value: 41, node: "n1" });
    expect(await a.read("y")).toEqual({ value: "41 €", node: "n1" });
    for (const node of ["n2", "n3"])
      await expect.poll(() => a.read("x", node), within(5)).toEqual({ value: 41, node });
  });

  test("sets hold elements, not text", async () => {
    using a = started.open();
    expect(await a.elements("s")).toEqual({ value: [], node: "n1" });
    for (const element of [1, 2, 10]) await a.add("s", element);
    const { value } = await a.elements("s");
    expect(value).toHaveLength(3);
    expect(value).toEqual(expect.arrayContaining([1, 2, 10]));
    expect(await codeOf(a.read("s"))).toBe("rejected");
  });

  test("reads go where the options say", async () => {
    using replica = started.open({ readFrom: "replica" });
    using any = started.open({ readFrom: "any" });
    const nodesOf = async (from: Session) =>
      new Set(await Promise.all(Array.from({ length: 40 }, async () => (await from.read("x")).node)));
    expect([...(await nodesOf(replica))].sort()).toEqual(["n2", "n3"]);
    expect([...(await nodesOf(any))].sort()).toEqual(NODES);
    expect((await replica.write("w", 1)).node).toBe("n1");
  });

  test("a replica refuses writes, and the session goes on", async () => {
    using a = started.open();
    expect(await codeOf(a.write("x", 1, "n2"))).toBe("read-only");
    expect(await codeOf(a.write("x", 2))).toBe("ok");
  });

  test("WAIT: enough confirmations are success, too few leave the write indefinite", async () => {
    using good = started.open({ wait: 2 });
    expect(await good.write("waited", 1)).toEqual({ node: "n1" });
    using much = started.open({ wait: 3, waitTimeout: 100 });
    expect(await codeOf(much.write("waited", 2))).toBe("not-replicated");
    expect(await much.read("waited")).toEqual({ value: 2, node: "n1" });
  });

  test("a killed node: the broken connection is indefinite, the refused one definite; its data survives", async () => {
    using a = started.open();
    await a.write("kept", 7);
    await cluster.pause("n1");
    const underWay = codeOf(a.write("kept", 8));
    await cluster.kill("n1");
    expect(await underWay).toBe("connection-lost");
    expect(await codeOf(a.write("kept", 9))).toBe("connection-refused");
    expect(await codeOf(a.read("kept"))).toBe("connection-refused");
    await cluster.start("n1");
    await expect.poll(() => codeOf(a.read("kept")), within(10)).toBe("ok");
    expect([7, 8]).toContain((await a.read("kept")).value);
    await expect.poll(() => redis.notReady(started.context), within(30)).toBeUndefined();
  });

  test("an idle connection that broke is replaced before anything is sent", async () => {
    using a = started.open();
    await a.write("idle", 1);
    await cluster.kill("n1");
    await cluster.start("n1");
    await expect.poll(() => codeOf(a.write("idle", 2)), within(10)).toBe("ok");
    await expect.poll(() => redis.notReady(started.context), within(30)).toBeUndefined();
  });

  test("closing a session ends what is under way, also on a paused node", async () => {
    const a = started.open();
    await a.write("x", 1);
    await cluster.pause("n1");
    const underWay = codeOf(a.write("x", 2));
    const connecting = codeOf(a.read("x", "n2"));
    await a.client.close();
    await a.client.close();
    expect(await underWay).toBe("connection-lost");
    expect(["ok", "not-connected", "connection-refused", "connection-lost"]).toContain(await connecting);
    await cluster.resume("n1");
  });

  test("leader and description come from the running servers", async () => {
    expect(await redis.leader?.(started.context)).toBe("n1");
    expect(await redis.describe?.(started.context)).toMatchObject({
      persistence: expect.stringContaining("before each reply"),
      nodes: { n1: { version: "7.0.15", role: "primary" }, n2: { role: "replica" } },
    });
  });
});

describe.runIf(docker)("redis without persistence", () => {
  test("a killed primary starts empty, and its replicas copy that", async () => {
    const { cluster, open, context } = await startRedis({ appendfsync: "off" });
    await using _ = cluster;
    using a = open();
    await a.write("x", 1);
    await expect.poll(() => a.read("x", "n2"), within(5)).toMatchObject({ value: 1 });
    await cluster.kill("n1");
    await cluster.start("n1");
    await expect.poll(() => redis.notReady(context), within(30)).toBeUndefined();
    expect(await a.read("x")).toEqual({ value: null, node: "n1" });
    await expect.poll(() => a.read("x", "n2"), within(10)).toEqual({ value: null, node: "n2" });
  });
});

describe.runIf(docker)("redis with min-replicas-to-write", () => {
  test("a primary without replicas refuses writes", async () => {
    const { cluster, open } = await startRedis({ minReplicasToWrite: 1, minReplicasMaxLag: 1 }, ["n1", "n2"]);
    await using _ = cluster;
    using a = open();
    expect(await codeOf(a.write("x", 1))).toBe("ok");
    await cluster.kill("n2");
    await expect.poll(() => codeOf(a.write("x", 2)), within(10)).toBe("not-enough-replicas");
  });
});

describe.runIf(docker)("redis with sentinels", () => {
  let started: Awaited<ReturnType<typeof startRedis>>;
  let cluster: Cluster;
  beforeAll(async () => {
    started = await startRedis({ topology: "sentinel" });
    cluster = started.cluster;
  });
  afterAll(async () => {
    await cluster[Symbol.asyncDispose]();
  });
  const leader = () => redis.leader?.(started.context);

  test("a session on the cut-off primary goes on writing, a new one asks the sentinels; then one primary is left", async () => {
    using a = started.open();
    expect(await leader()).toBe("n1");
    expect(await a.write("x", 1)).toEqual({ node: "n1" });
    await cluster.block(
      ["n2", "n3"].flatMap((to) => [
        { from: "n1", to },
        { from: to, to: "n1" },
      ]),
    );
    await expect.poll(leader, within(20)).not.toBe("n1");
    expect(await a.write("x", 2)).toEqual({ node: "n1" });
    await cluster.unblock();
    await expect.poll(() => redis.notReady(started.context), within(60)).toBeUndefined();
    const now = await leader();
    expect(["n2", "n3"]).toContain(now);
    await expect
      .poll(async () => (await a.write("x", 3).catch(() => ({ node: undefined }))).node, within(20))
      .toBe(now);
    using b = started.open();
    expect(await b.read("x")).toEqual({ value: 3, node: now });
  });

  test("a killed primary is replaced, sessions find the new one, and it comes back as a replica", async () => {
    const old = (await leader()) as string;
    // Confirmed by both replicas: the failover cannot lose it.
    using a = started.open({ wait: 2, waitTimeout: 5_000 });
    await a.write("y", 1);
    await cluster.kill(old);
    expect(await codeOf(a.write("y", 2))).toBe("no-leader");
    await expect.poll(() => codeOf(a.read("y")), within(30)).toBe("ok");
    expect((await a.read("y")).value).toBe(1);
    const now = (await a.read("y")).node;
    expect(now).not.toBe(old);
    await cluster.start(old);
    await expect.poll(() => redis.notReady(started.context), within(60)).toBeUndefined();
    expect(await leader()).toBe(now);
    expect(await codeOf(a.write("y", 3, old))).toBe("read-only");
  });
});
