import { describe, expect, test } from "vitest";
import { mustRunIn } from "../harness/cluster/docker/exec.ts";
import { etcd } from "../targets/etcd/target.ts";
import { redis } from "../targets/redis/target.ts";
import { requireDocker } from "./support/docker.ts";
import { FaultScene, SOON } from "./support/docker-faults.ts";
import { riftcheck } from "./support/riftcheck.ts";

const docker = await requireDocker();
const NODES = ["n1", "n2", "n3"];

/** A number of 64 bits, as text. */
function numberIn(told: string | undefined, name: string): string {
  const value = new RegExp(`^"${name}" : (\\d+)$`, "m").exec(told ?? "")?.[1];
  if (value === undefined) throw new Error(`no ${name} in: ${told}`);
  return value;
}

describe.runIf(docker)("leader-transfer, as the store's own tool sees it", () => {
  test("etcd: another member leads, nobody was restarted, and writes go on", async () => {
    await using scene = await FaultScene.start(etcd, etcd.options.parse({}), NODES, []);
    await expect.poll(() => scene.ready(), SOON).toBeUndefined();
    const etcdctl = (node: string, ...words: string[]): Promise<string> =>
      mustRunIn(scene.container(node, "etcd"), ["env", "ETCDCTL_API=3", "etcdctl", ...words]);
    /** Members whose own id is that of the leader they know. */
    const leaders = async (): Promise<string[]> => {
      const told = await Promise.all(
        NODES.map((node) => etcdctl(node, "endpoint", "status", "-w", "fields")),
      );
      return NODES.filter((_, i) => numberIn(told[i], "MemberID") === numberIn(told[i], "Leader"));
    };
    const started = () => Promise.all(NODES.map((node) => scene.cluster.incarnation(node)));
    const [from = ""] = await leaders();
    const before = await started();

    const active = await scene.start("leader-transfer", NODES, {});
    const [to = "", ...others] = await leaders();
    expect(others).toEqual([]);
    expect(to).not.toBe(from);
    expect(active.effect).toEqual({ from, to });
    await etcdctl(from, "put", "handed", "over");

    expect(await scene.heal(active)).toEqual({ leader: to });
    expect(await leaders()).toEqual([to]);
    expect(await etcdctl(to, "get", "handed", "--print-value-only")).toBe("over\n");
    expect(await started()).toEqual(before);
  });

  test("Redis: sentinels make another node the primary, nobody was restarted, and the old one follows", async () => {
    const options = redis.options.parse({ topology: "sentinel" });
    await using scene = await FaultScene.start(redis, options, NODES, []);
    await expect.poll(() => scene.ready(), SOON).toBeUndefined();
    const cli = (node: string, ...words: string[]): Promise<string> =>
      mustRunIn(scene.container(node, "redis"), ["redis-cli", ...words]);
    const primaries = async (): Promise<string[]> => {
      const roles = await Promise.all(NODES.map((node) => cli(node, "ROLE")));
      return NODES.filter((_, i) => roles[i]?.startsWith("master"));
    };
    const started = () => Promise.all(NODES.map((node) => scene.cluster.incarnation(node)));
    expect(await primaries()).toEqual(["n1"]);
    const before = await started();

    const active = await scene.start("leader-transfer", NODES, {}, SOON.timeout * 1_000_000);
    expect(active.effect).toMatchObject({ from: "n1", to: expect.stringMatching(/^n[23]$/) });
    const { to } = active.effect as { readonly to: string };
    expect(await primaries()).toContain(to);
    expect(await cli(to, "SET", "handed", "over")).toBe("OK\n");

    expect(await scene.heal(active)).toEqual({ leader: to });
    await expect.poll(primaries, SOON).toEqual([to]);
    await expect.poll(() => cli("n1", "GET", "handed"), SOON).toBe("over\n");
    expect(await started()).toEqual(before);
  });

  test("a store that has no way to hand over is refused before the run", async () => {
    const { exitCode, stdout, stderr } = await riftcheck(["run", "zookeeper", "--faults", "leader-transfer"]);
    expect(exitCode).toBe(64);
    expect(stderr).toBe(
      "riftcheck: --faults leader-transfer: zookeeper cannot: with these options it has no way to hand leadership over",
    );
    expect(stdout).toBe("");
  });
});
