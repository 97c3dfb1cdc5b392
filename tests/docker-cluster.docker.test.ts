import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Cluster, Link } from "#core/cluster";
import { SECOND } from "#core/units";
import { cleanLeftovers } from "../harness/cluster/docker/clean.ts";
import { connectEngine } from "../harness/cluster/docker/engine.ts";
import { type ExecResult, runIn } from "../harness/cluster/docker/exec.ts";
import { labelFilter, nameOf } from "../harness/cluster/docker/labels.ts";
import { startDockerCluster } from "../harness/cluster/docker/start.ts";
import { RealTimeRuntime } from "../harness/engine/real-time.ts";
import { requireDocker } from "./support/docker.ts";
import { accepts, listeners } from "./support/listeners.ts";

const docker = await requireDocker();
const NODES = ["n1", "n2", "n3"];
const newRun = (): string => `test-${randomUUID().slice(0, 8)}`;

const start = (runId: string, options: Partial<Parameters<typeof startDockerCluster>[0]> = {}) =>
  startDockerCluster({
    runId,
    nodes: NODES,
    target: listeners(),
    options: {},
    runtime: new RealTimeRuntime(runId),
    ...options,
  });

/** Everything that carries the run's label. */
async function labelled(run: string): Promise<string[]> {
  const engine = await connectEngine();
  const filters = labelFilter(run);
  const containers = await engine.listContainers({ all: true, filters });
  const networks = await engine.listNetworks({ filters });
  const { Volumes } = await engine.listVolumes({ filters });
  return [
    ...containers.flatMap(({ Names }) => Names),
    ...networks.map(({ Name }) => Name),
    ...(Volumes ?? []).map(({ Name }) => Name),
  ];
}

/** Runs a shell command in a node's network namespace. */
async function inside(run: string, node: string, command: string): Promise<ExecResult> {
  const engine = await connectEngine();
  return runIn(engine.getContainer(nameOf(run, node)), ["sh", "-c", command]);
}

/** Whether a TCP connection from this process is accepted. */
const both = (a: string, b: string): Link[] => [
  { from: a, to: b },
  { from: b, to: a },
];

describe.runIf(docker)("a cluster in containers", () => {
  const run = newRun();
  let cluster: Cluster;
  const tcp = async (from: string, to: string): Promise<boolean> =>
    (await inside(run, from, `nc -z -w 1 ${cluster.endpoint(to).host} 7000`)).code === 0;

  beforeAll(async () => {
    cluster = await start(run);
  });
  afterAll(async () => {
    await cluster[Symbol.asyncDispose]();
    expect(await labelled(run)).toEqual([]);
  });

  test("every node runs, can be reached from here, and knows the others by name", async () => {
    expect(cluster.nodes).toEqual(NODES);
    expect(await Promise.all(NODES.map((node) => cluster.state(node)))).toEqual(NODES.map(() => "running"));
    expect(await Promise.all(NODES.map((node) => accepts(cluster.endpoint(node))))).toEqual([
      true,
      true,
      true,
    ]);
    const names = await inside(run, "n1", "hostname; nc -z -w 1 n2 7000 && nc -z -w 1 n3 7000");
    expect(names).toMatchObject({ code: 0, stdout: "n1\n" });
  });

  test("kill ends the processes, start brings others with the same data and address", async () => {
    const before = await cluster.incarnation("n2");
    await cluster.kill("n2");
    expect(await cluster.state("n2")).toBe("stopped");
    expect(await accepts(cluster.endpoint("n2"))).toBe(false);
    await cluster.kill("n2");
    await cluster.start("n2");
    expect(await cluster.state("n2")).toBe("running");
    const after = await cluster.incarnation("n2");
    expect(after).not.toBe(before);
    await cluster.start("n2");
    expect(await cluster.incarnation("n2")).toBe(after);
    await expect.poll(() => accepts(cluster.endpoint("n2"))).toBe(true);
    expect((await cluster.logs())["n2/listener.log"]).toBe("1\n2\n");
  });

  test("a paused node runs on as the same processes; pausing and resuming twice is harmless", async () => {
    const before = await cluster.incarnation("n3");
    await cluster.pause("n3");
    await cluster.pause("n3");
    expect(await cluster.state("n3")).toBe("paused");
    await cluster.resume("n3");
    await cluster.resume("n3");
    expect(await cluster.state("n3")).toBe("running");
    expect(await cluster.incarnation("n3")).toBe(before);
  });

  test("a paused node can be killed, and start lets a paused one run on", async () => {
    await cluster.pause("n3");
    await cluster.kill("n3");
    expect(await cluster.state("n3")).toBe("stopped");
    await cluster.resume("n3");
    expect(await cluster.state("n3")).toBe("stopped");
    await cluster.start("n3");
    await cluster.pause("n3");
    await cluster.start("n3");
    expect(await cluster.state("n3")).toBe("running");
  });

  test("a cut link drops packets in both directions and nothing else", async () => {
    expect(await tcp("n1", "n2")).toBe(true);
    await cluster.block(both("n1", "n2"));
    expect(await cluster.reachable("n1", "n2")).toBe(false);
    expect(await tcp("n1", "n2")).toBe(false);
    expect(await tcp("n2", "n1")).toBe(false);
    expect(await tcp("n1", "n3")).toBe(true);
    expect(await accepts(cluster.endpoint("n1"))).toBe(true);
    const dropped = await cluster.dropped();
    expect(dropped).toBeGreaterThan(2);

    await cluster.block(both("n1", "n3"));
    expect(await cluster.reachable("n3", "n1")).toBe(false);
    expect(await cluster.reachable("n1", "n2")).toBe(false);
    expect(await cluster.reachable("n2", "n3")).toBe(true);
    expect(await cluster.dropped()).toBeGreaterThan(dropped);

    await cluster.unblock();
    expect(await cluster.dropped()).toBe(0);
    expect(await tcp("n1", "n2")).toBe(true);
    expect(await tcp("n3", "n1")).toBe(true);
    await cluster.unblock();
  });

  test("one block is taken back while another of the same link stays", async () => {
    await cluster.block([...both("n1", "n2"), ...both("n1", "n3")]);
    await cluster.block(both("n1", "n2"));
    await cluster.unblock([...both("n1", "n2"), ...both("n1", "n3")]);
    expect(await cluster.reachable("n1", "n3")).toBe(true);
    expect(await cluster.reachable("n1", "n2")).toBe(false);
    expect(await cluster.dropped(both("n1", "n2"))).toBeGreaterThan(0);
    expect(await cluster.dropped(both("n1", "n3"))).toBe(0);
    await cluster.unblock(both("n1", "n2"));
    expect(await cluster.reachable("n1", "n2")).toBe(true);
  });

  test("a link cut one way lets packets through the other way", async () => {
    await cluster.block([{ from: "n1", to: "n2" }]);
    const send = (from: string, to: string) =>
      inside(run, from, `echo hello | nc -u -w 1 ${cluster.endpoint(to).host} 7001`);
    const hear = (node: string) => inside(run, node, "timeout 4 nc -u -l -W 1 7001");
    const [heardByN1] = await Promise.all([hear("n1"), sendUntilHeard(() => send("n2", "n1"))]);
    expect(heardByN1.stdout).toBe("hello\n");
    const [heardByN2] = await Promise.all([hear("n2"), sendUntilHeard(() => send("n1", "n2"))]);
    expect(heardByN2.stdout).toBe("");
    await cluster.unblock();
  });

  test("links heal whatever state the store is in, and rules of others stay", async () => {
    await cluster.block([...both("n1", "n2"), ...both("n1", "n3")]);
    await cluster.kill("n1");
    await cluster.pause("n2");
    await inside(run, "n3", "iptables --wait -A INPUT -p tcp --dport 9 -j DROP");
    await cluster.unblock();
    expect(await cluster.reachable("n1", "n2")).toBe(true);
    expect((await inside(run, "n3", "iptables -S INPUT")).stdout).toContain("--dport 9 -j DROP");
    expect((await inside(run, "n1", "iptables -S RIFTCHECK")).stdout).toBe("-N RIFTCHECK\n");
    await cluster.start("n1");
    await cluster.resume("n2");
    expect(await tcp("n2", "n3")).toBe(true);
  });

  test("the store's containers have no right to change the network", async () => {
    const engine = await connectEngine();
    const { HostConfig } = await engine.getContainer(nameOf(run, "n1", "listener")).inspect();
    expect(HostConfig.CapAdd ?? []).toEqual([]);
    expect(HostConfig.Privileged).toBe(false);
  });

  test("describe tells images and addresses", () => {
    expect(cluster.describe()).toMatchObject({
      addresses: { n1: cluster.endpoint("n1").host },
      images: [{ id: expect.stringMatching(/^sha256:/) }, {}],
    });
  });
});

/** The listener needs a moment to come up: a few datagrams, half a second apart. */
async function sendUntilHeard(send: () => Promise<unknown>): Promise<void> {
  for (let i = 0; i < 3; i++) await send();
}

describe.runIf(docker)("starting and ending", () => {
  test("two clusters at once take ranges of their own, and cleaning one leaves the other", async () => {
    const [a, b] = [newRun(), newRun()];
    const [first, second] = await Promise.all([start(a), start(b)]);
    await using _ = first;
    expect(first.endpoint("n1").host).not.toBe(second.endpoint("n1").host);
    expect(await cleanLeftovers({ run: b })).toContain(`network ${nameOf(b)}`);
    expect(await labelled(b)).toEqual([]);
    expect(await cleanLeftovers({ run: b })).toEqual([]);
    expect(await accepts(first.endpoint("n1"))).toBe(true);
  });

  test("disposing leaves nothing, also of killed and paused nodes and of cut links; twice is harmless", async () => {
    const run = newRun();
    const cluster = await start(run);
    await cluster.block(both("n1", "n2"));
    await cluster.kill("n1");
    await cluster.pause("n2");
    expect(await labelled(run)).toHaveLength(10);
    await cluster[Symbol.asyncDispose]();
    await cluster[Symbol.asyncDispose]();
    expect(await labelled(run)).toEqual([]);
  });

  test("processes that end: an error with the end of their logs, and nothing is left", async () => {
    const run = newRun();
    const target = {
      ...listeners("echo something is wrong with $NODE_NAME; exit 1"),
      notReady: async () => "not listening",
    };
    await expect(start(run, { target })).rejects.toMatchObject({
      code: "node-not-ready",
      message: expect.stringMatching(/processes ended on n1[^]*something is wrong with n3/),
    });
    expect(await labelled(run)).toEqual([]);
  });

  test("a target that never becomes ready: the bound holds, and nothing is left", async () => {
    const run = newRun();
    const target = { ...listeners(), notReady: async () => "n2 sulks" };
    await expect(start(run, { target, readyWithin: SECOND })).rejects.toMatchObject({
      code: "node-not-ready",
      message: expect.stringContaining("n2 sulks"),
    });
    expect(await labelled(run)).toEqual([]);
  });

  test("a node that cannot be started half-way: nothing is left", async () => {
    const run = newRun();
    const target = listeners();
    const plan = target.environments.docker;
    if (plan === undefined) throw new Error("listeners run in Docker");
    const broken = {
      ...target,
      environments: {
        docker: (...args: Parameters<typeof plan>) => {
          const { nodes, ...rest } = plan(...args);
          const bad = { name: "listener", command: ["/no/such/program"] };
          return {
            ...rest,
            nodes: nodes.map((node) => (node.node === "n2" ? { ...node, processes: [bad] } : node)),
          };
        },
      },
    };
    await expect(start(run, { target: broken })).rejects.toMatchObject({
      code: "setup-failed",
      message: expect.stringContaining("/no/such/program"),
    });
    expect(await labelled(run)).toEqual([]);
  });

  test("an interrupted start leaves nothing", async () => {
    const run = newRun();
    const abort = new AbortController();
    const target = { ...listeners(), notReady: async () => "still not" };
    const onStep = (step: string) => {
      if (step.startsWith("waiting")) abort.abort();
    };
    await expect(start(run, { target, signal: abort.signal, onStep })).rejects.toThrow("interrupted");
    expect(await labelled(run)).toEqual([]);
  });

  test("an image that is nowhere is named", async () => {
    const run = newRun();
    const target = listeners();
    const named = {
      ...target,
      environments: {
        docker: (...args: Parameters<NonNullable<typeof target.environments.docker>>) => ({
          ...(target.environments.docker as NonNullable<typeof target.environments.docker>)(...args),
          image: { folder: "pod", name: "riftcheck.invalid/no/such:image" },
        }),
      },
    };
    await expect(start(run, { target: named })).rejects.toMatchObject({
      code: "setup-failed",
      message: expect.stringContaining("riftcheck.invalid/no/such:image"),
    });
    expect(await labelled(run)).toEqual([]);
  });
});
