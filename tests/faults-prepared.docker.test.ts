import { createConnection } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Client } from "#core/client";
import { Random } from "#core/random";
import { MILLISECOND, SECOND } from "#core/units";
import { CAPABILITIES } from "../harness/cluster/capabilities.ts";
import { connectEngine } from "../harness/cluster/docker/engine.ts";
import { inContainers } from "../harness/cli/home-made.ts";
import { healCluster } from "../harness/engine/run-nemesis.ts";
import type { SimKvOptions } from "../targets/sim-kv/options.ts";
import { simKv } from "../targets/sim-kv/target.ts";
import { requireDocker } from "./support/docker.ts";
import { FaultScene, SOON } from "./support/docker-faults.ts";

const docker = await requireDocker();
const NODES = ["n1", "n2", "n3"];
const options = simKv.options.parse({ replication: "majority", electionTimeout: 300 });
let scene: FaultScene<SimKvOptions>;
let writing: AbortController;
let written: Promise<void>;

/** Clients keep every node busy: it syncs, sends and answers. */
async function write(stop: AbortSignal): Promise<void> {
  const { runtime, cluster } = scene;
  const endpoints = NODES.map((node) => cluster.endpoint(node));
  for (let process = 0; !stop.aborted; process++) {
    const client: Client = simKv.createClient({
      ...{ runtime, options, nodes: endpoints, process, memory: new Map() },
      ...{ random: new Random(process), timeout: SECOND },
    });
    for (let ok = true, value = 0; ok && !stop.aborted; value++) {
      const attempt = client.invoke({ f: "write", key: `k${value % 50}`, value }).then(
        () => true,
        () => false,
      );
      ok = await Promise.race([attempt, runtime.sleep(SECOND).then(() => false)]);
      await runtime.sleep(10 * MILLISECOND, stop);
    }
    await client.close();
  }
}

const ping = async (from: string, to: string, ...flags: string[]): Promise<string> =>
  (await scene.tryInHolder(from, "ping", "-n", "-W", "2", ...flags, scene.cluster.endpoint(to).host)).stdout;

/** Whether a client is let in within a second. */
const canConnect = (node: string): Promise<boolean> =>
  new Promise((resolve) => {
    const { host, ports } = scene.cluster.endpoint(node);
    const socket = createConnection({ host, port: ports["client"] ?? 0, timeout: 1_000 });
    const end = (is: boolean) => {
      socket.destroy();
      resolve(is);
    };
    socket.once("connect", () => end(true));
    socket.once("timeout", () => end(false));
    socket.once("error", () => end(false));
  });

/** Local and remote ports of the node's connections with others. */
const connections = async (node: string): Promise<Set<string>> => {
  const listing = await scene.inHolder(node, "ss", "-Hnt", "state", "established");
  return new Set(
    listing
      .split("\n")
      .filter((line) => line.trim() !== "")
      .map((line) => line.trim().split(/\s+/).slice(2, 4).join(" ")),
  );
};

describe.runIf(docker)("faults that need preparation, on a home-made store in containers", () => {
  beforeAll(async () => {
    const target = inContainers(simKv, undefined, "1");
    scene = await FaultScene.start(target, options, NODES, CAPABILITIES.docker);
    writing = new AbortController();
    written = write(writing.signal);
  });
  afterAll(async () => {
    writing?.abort();
    await written;
    await scene?.[Symbol.asyncDispose]();
  });
  afterEach(async () => {
    await scene.settle();
  });

  test("the cluster has all that is said of clusters in containers", () => {
    for (const capability of CAPABILITIES.docker) expect(scene.cluster[capability], capability).toBeDefined();
  });

  describe("clocks", () => {
    test("clock-skew: the time inside is off, each node's by its own amount, and right afterwards", async () => {
      const ahead = { n1: 100 * SECOND, n2: -3_000 * SECOND };
      const active = await scene.start("clock-skew", ["n1", "n2"], { ahead });
      for (const [node, by] of [...Object.entries(ahead), ["n3", 0] as const]) {
        const [least, most] = await scene.aheadInside(node);
        expect(least).toBeLessThanOrEqual(by);
        expect(most).toBeGreaterThanOrEqual(by);
      }
      const reads = (await scene.cluster.clocks?.reads?.("n1")) ?? 0;
      await expect.poll(() => scene.cluster.clocks?.reads?.("n1"), SOON).toBeGreaterThan(reads);
      await scene.heal(active);
      for (const node of NODES) {
        const [least, most] = await scene.aheadInside(node);
        expect(least).toBeLessThanOrEqual(0);
        expect(most).toBeGreaterThanOrEqual(0);
      }
    });

    test("clock-jump: jumps add up, and outlive a restart of the process", async () => {
      const active = await scene.start("clock-jump", ["n2"], { jumps: [50 * SECOND, -20 * SECOND] }, SECOND);
      await expect.poll(async () => (await scene.aheadInside("n2"))[1] < 40 * SECOND, SOON).toBe(true);
      await scene.cluster.kill("n2");
      await scene.cluster.start("n2");
      const [least, most] = await scene.aheadInside("n2");
      expect(least).toBeLessThanOrEqual(30 * SECOND);
      expect(most).toBeGreaterThanOrEqual(30 * SECOND);
      expect(await scene.heal(active)).toMatchObject({ jumps: 2 });
      expect((await scene.aheadInside("n2"))[0]).toBeLessThanOrEqual(0);
    });

    test("clock-drift: two seconds inside are one outside, and timers end in half their time", async () => {
      const active = await scene.start("clock-drift", ["n3"], { rate: 2 });
      const [least] = await scene.aheadInside("n3");
      const begun = Date.now();
      const sleep = "const t = Date.now(); setTimeout(() => console.log(Date.now() - t), 1000)";
      const slept = Number(await scene.inside("n3", "node", "-e", sleep));
      const [, most] = await scene.aheadInside("n3");
      const outside = Date.now() - begun;
      expect(slept).toBeGreaterThanOrEqual(999);
      // What is gained is as much as went by.
      expect(most - least).toBeGreaterThanOrEqual((slept / 2 - 1) * MILLISECOND);
      const [now] = await scene.aheadInside("n3");
      expect(now).toBeGreaterThan(0);
      expect(outside).toBeGreaterThanOrEqual(slept / 2 - 1);
      expect(Number((await scene.heal(active))["drifted"])).toBeGreaterThan(0);
      expect((await scene.aheadInside("n3"))[0]).toBeLessThanOrEqual(0);
    });

    test("clock-strobe: right and wrong in turn", async () => {
      const active = await scene.start("clock-strobe", ["n1"], { by: 500 * SECOND, period: 5 * MILLISECOND });
      const read =
        "const seen = new Set(); const end = performance.now() + 500; while (performance.now() < end) seen.add(Math.round((Date.now() - Number(process.argv[1])) / 250000)); console.log([...seen].sort().join())";
      expect((await scene.inside("n1", "node", "-e", read, String(Date.now()))).trim()).toBe("0,2");
      expect(Number((await scene.heal(active))["flips"])).toBeGreaterThan(50);
      expect((await scene.aheadInside("n1"))[1]).toBeLessThan(100 * SECOND);
    });
  });

  describe("links", () => {
    afterEach(async () => {
      await scene.settle();
      expect(await scene.shapingLeft()).toEqual([]);
      expect(await ping("n1", "n2", "-c", "1")).toContain(" 1 received");
    });

    test("packet-loss: nothing arrives, by the packet filter's own chance", async () => {
      const active = await scene.start("packet-loss", ["n1"], { probability: 1 });
      expect(active.effect).toMatchObject({ by: "iptables statistic" });
      expect(await ping("n1", "n2", "-c", "2", "-i", "0.2", "-W", "1")).toContain(" 0 received");
      expect(await ping("n2", "n3", "-c", "1")).toContain(" 1 received");
      expect((await scene.heal(active))["affected"]).toBeGreaterThan(2);
    });

    test("packet-delay: an echo takes the delay to get there", async () => {
      const active = await scene.start("packet-delay", ["n1"], {
        delay: { kind: "constant", value: 150 * MILLISECOND },
      });
      expect(active.effect).toMatchObject({ by: "NFQUEUE" });
      const [, fastest] = /rtt min\S* = ([\d.]+)/.exec(await ping("n2", "n1", "-c", "3", "-i", "0.2")) ?? [];
      // Its way back is not in it: the kernel notes the time when a packet comes in, before it is held.
      expect(Number(fastest)).toBeGreaterThanOrEqual(150);
      expect((await scene.heal(active))["affected"]).toBeGreaterThan(5);
    });

    test("packet-duplication: echoes come twice", async () => {
      const active = await scene.start("packet-duplication", ["n2"], { probability: 1 });
      expect(await ping("n1", "n2", "-c", "3", "-i", "0.2")).toContain("(DUP!)");
      await scene.heal(active);
      expect(await ping("n1", "n2", "-c", "3", "-i", "0.2")).not.toContain("DUP");
    });

    test("packet-corruption: checksums find it", async () => {
      const errors = () => scene.networkCounter("n2", "Icmp", "InCsumErrors");
      const before = await errors();
      const active = await scene.start("packet-corruption", ["n2"], { probability: 1 });
      expect(await ping("n1", "n2", "-c", "3", "-i", "0.2", "-W", "1")).toContain(" 0 received");
      expect(await errors()).toBeGreaterThan(before);
      await scene.heal(active);
    });

    test("packet-reordering: later echoes overtake earlier ones", async () => {
      const active = await scene.start("packet-reordering", ["n2"], {
        probability: 0.5,
        by: { kind: "constant", value: 300 * MILLISECOND },
      });
      const text = await ping("n1", "n2", "-c", "20", "-i", "0.05");
      const order = [...text.matchAll(/icmp_seq=(\d+)/g)].map(([, seq]) => Number(seq));
      expect(order.length).toBeGreaterThan(2);
      expect(order).not.toEqual(order.toSorted((a, b) => a - b));
      await scene.heal(active);
    });

    test("packet-rate: what finds the queue full is lost", async () => {
      const active = await scene.start("packet-rate", ["n2"], {
        bytesPerSecond: 2_000,
        queue: 100 * MILLISECOND,
      });
      const [, received] =
        /(\d+) received/.exec(await ping("n1", "n2", "-c", "20", "-i", "0.02", "-s", "900")) ?? [];
      expect(Number(received)).toBeLessThan(10);
      await scene.heal(active);
    });

    test("packet-hold: what is sent meanwhile arrives when it is over", async () => {
      const active = await scene.start("packet-hold", ["n3"], {});
      const echo = ping("n1", "n3", "-c", "1", "-W", "20");
      expect(await Promise.race([echo, scene.runtime.sleep(SECOND)])).toBeUndefined();
      await scene.heal(active);
      expect(await echo).toContain(" 1 received");
    });

    test("abandoned, they are lifted with the whole cluster", async () => {
      await scene.start("packet-delay", NODES, { delay: { kind: "uniform", min: 0, max: 20 * MILLISECOND } });
      await scene.start("packet-loss", NODES, { probability: 0.1 });
      expect(await scene.shapingLeft()).not.toEqual([]);
      await healCluster(scene.runtime, scene.cluster);
      expect(await scene.shapingLeft()).toEqual([]);
    });

    test("partition-clients: nodes reach each other, clients do not reach them", async () => {
      const leader = (await scene.context.leader()) ?? "";
      const active = await scene.start("partition-clients", [leader], {});
      expect(await canConnect(leader)).toBe(false);
      for (const node of NODES.filter((one) => one !== leader)) {
        expect(await ping(node, leader, "-c", "1")).toContain(" 1 received");
        expect(await canConnect(node)).toBe(true);
      }
      expect((await scene.heal(active))["dropped"]).toBeGreaterThan(0);
      expect(await canConnect(leader)).toBe(true);
    });
  });

  test("connection-reset: none of the connections is left, and both ends were told", async () => {
    const before = await connections("n1");
    const resets = () => scene.networkCounter("n1", "Tcp", "OutRsts");
    const resetsBefore = await resets();
    expect(before.size).toBeGreaterThan(1);
    const active = await scene.start("connection-reset", ["n1"], { peers: "everybody", every: SECOND });
    const after = await connections("n1");
    expect([...before].filter((one) => after.has(one))).toEqual([]);
    expect(await resets()).toBeGreaterThan(resetsBefore);
    expect((await scene.heal(active))["broken"]).toBeGreaterThanOrEqual(before.size);
  });

  describe("disks", () => {
    test("power-one: what a program did not sync is gone, what it synced is there", async () => {
      await scene.inside("n1", "sh", "-c", "echo kept > /data/synced && sync /data/synced /data");
      await scene.inside("n1", "sh", "-c", "head -c 100000 /dev/urandom > /data/unsynced");
      expect(await scene.inside("n1", "wc", "-c", "/data/unsynced")).toContain("100000");
      const active = await scene.start("power-one", ["n1"], {});
      expect(await scene.cluster.state("n1")).toBe("stopped");
      const [{ loss }] = (active.effect as { killed: [{ loss: { bytes: number } }] }).killed;
      expect(loss.bytes).toBeGreaterThanOrEqual(100_000);
      await scene.heal(active);
      expect(await scene.inside("n1", "cat", "/data/synced")).toBe("kept\n");
      expect((await scene.tryInside("n1", "cat", "/data/unsynced")).stdout).toBe("");
    });

    test("kill-one loses nothing of the same", async () => {
      await scene.inside("n1", "sh", "-c", "head -c 100000 /dev/urandom > /data/unsynced");
      await scene.heal(await scene.start("kill-one", ["n1"], {}));
      expect(await scene.inside("n1", "wc", "-c", "/data/unsynced")).toContain("100000");
    });

    test("power-all: and all of them come back", async () => {
      const active = await scene.start("power-all", NODES, {});
      expect(await Promise.all(NODES.map((node) => scene.cluster.state(node)))).toEqual(
        NODES.map(() => "stopped"),
      );
      await scene.heal(active);
    });

    test("disk-full: there is no room, and there is again", async () => {
      const writeMegabytes = () =>
        scene.tryInside("n2", "dd", "if=/dev/zero", "of=/data/filler", "bs=1M", "count=4");
      const active = await scene.start("disk-full", ["n2"], { leave: 1 << 20 });
      expect((await writeMegabytes()).stderr).toContain("No space left on device");
      await scene.inside("n2", "rm", "/data/filler");
      await scene.heal(active);
      expect(await writeMegabytes()).toMatchObject({ code: 0 });
      expect(await scene.inside("n2", "ls", "-A", "/data")).not.toContain("ballast");
      await scene.inside("n2", "rm", "/data/filler");
    });

    test("disk-full without any room: the node ends, and starts again when there is some", async () => {
      const active = await scene.start("disk-full", ["n2"], { leave: 0 });
      await expect.poll(() => scene.cluster.state("n2"), SOON).toBe("stopped");
      await scene.heal(active);
      expect(await scene.cluster.state("n2")).toBe("running");
    });

    test("disk-slow: synced writes wait for their turn", async () => {
      const writesPerSecond = 4;
      const active = await scene.start("disk-slow", ["n3"], { writesPerSecond });
      const begun = Date.now();
      for (let i = 0; i < 6; i++)
        await scene.inside("n3", "dd", "if=/dev/zero", `of=/data/slow${i}`, "bs=4k", "count=1", "conv=fsync");
      expect(Date.now() - begun).toBeGreaterThan((5 / writesPerSecond) * 1_000 - 300);
      expect((await scene.heal(active))["writes"]).toBeGreaterThan(0);
      await scene.inside("n3", "sh", "-c", "rm /data/slow*");
    });

    test("file-flip and file-truncate: the bytes differ as told", async () => {
      const size = 4 << 20;
      await scene.inside("n1", "sh", "-c", `head -c ${size} /dev/zero > /data/zz-marker && sync`);
      const flipped = await scene.start("file-flip", ["n1"], { bits: 3, seed: 1 });
      expect(flipped.effect).toMatchObject({
        damaged: [{ node: "n1", what: { file: "zz-marker" }, refusal: null }],
      });
      const differing = await scene.tryInside("n1", "sh", "-c", "cmp -l /data/zz-marker /dev/zero | wc -l");
      expect(Number(differing.stdout)).toBe(3);
      await scene.heal(flipped);
      const cut = await scene.start("file-truncate", ["n1"], { bytes: 1_000, seed: 1 });
      expect(await scene.inside("n1", "wc", "-c", "/data/zz-marker")).toContain(String(size - 1_000));
      await scene.heal(cut);
      await scene.inside("n1", "rm", "/data/zz-marker");
    });
  });

  describe("pressure", () => {
    test("pressure-cpu: processes are made to wait, and no more afterwards", async () => {
      const active = await scene.start("pressure-cpu", ["n2"], { share: 0.05 });
      const { HostConfig } = await scene.container("n2").inspect();
      expect(HostConfig.CpuQuota).toBe(5_000);
      await scene.tryInside("n2", "timeout", "1", "sh", "-c", "while :; do :; done");
      expect((await scene.heal(active))["felt"]).toBeGreaterThan(0);
      expect((await scene.container("n2").inspect()).HostConfig.CpuQuota).toBeLessThanOrEqual(0);
    });

    test("pressure-memory: who asks for more is refused, and gets it afterwards", async () => {
      // Keeps in memory what has no end of line.
      const take = () => scene.tryInside("n3", "sh", "-c", "head -c 200M /dev/zero | tail -n 1 | wc -c");
      const active = await scene.start("pressure-memory", ["n3"], { room: 8 << 20 });
      expect((await take()).stdout.trim()).not.toBe(String(200 << 20));
      expect((await scene.heal(active))["felt"]).toBeGreaterThan(0);
      expect((await take()).stdout.trim()).toBe(String(200 << 20));
    });

    test("pressure-memory: a node that lived on has room again, swap included", async () => {
      const room = 64 << 20;
      const active = await scene.start("pressure-memory", ["n1"], { room });
      const limits = async () => (await scene.container("n1").inspect()).HostConfig;
      expect((await limits()).Memory).toBeLessThan(1 << 30);
      await active.heal();
      expect((await limits()).Memory).toBeGreaterThan(2 ** 40);
      expect((await limits()).MemorySwap).toBeGreaterThan(2 ** 40);
    });
  });

  describe("processes", () => {
    /** How often the node's process ended since then, by the engine. */
    const endsSince = async (node: string, since: number): Promise<string[]> => {
      const engine = await connectEngine();
      const messages = await engine.getEvents({
        since: since / 1_000,
        until: Date.now() / 1_000,
        filters: { container: [(await scene.container(node).inspect()).Id], event: ["die"] },
      });
      let text = "";
      for await (const chunk of messages) text += String(chunk);
      return [...text.matchAll(/"exitCode":"(\d+)"/g)].map(([, code]) => code ?? "");
    };

    test("restart-one: it ends by itself when asked to", async () => {
      const since = Date.now();
      const active = await scene.start("restart-one", ["n1"], { patience: 10 * SECOND });
      expect(active.effect).toMatchObject({ killed: [{ node: "n1", loss: { byItself: true } }] });
      await scene.heal(active);
      expect(await endsSince("n1", since)).toEqual(["0"]);
    });

    test("restart-rolling: one after the other", async () => {
      const since = Date.now();
      const active = await scene.start("restart-rolling", NODES, { patience: 10 * SECOND, downShare: 0.5 });
      await scene.runtime.sleep(3 * SECOND);
      const { restarted } = await scene.heal(active);
      const ends = await Promise.all(NODES.map((node) => endsSince(node, since)));
      expect(ends.flat()).toEqual((restarted as unknown[]).map(() => "0"));
      expect(ends.flat().length).toBeGreaterThan(1);
    });

    test("kill-starting: killed again each time it starts", async () => {
      const since = Date.now();
      const active = await scene.start("kill-starting", ["n3"], {
        after: [0, 50 * MILLISECOND, 200 * MILLISECOND],
      });
      await expect.poll(async () => (await endsSince("n3", since)).length, SOON).toBe(4);
      expect((await scene.heal(active))["starts"]).toHaveLength(4);
      expect(await scene.cluster.state("n3")).toBe("running");
    });
  });
});
