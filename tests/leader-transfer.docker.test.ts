import { describe, expect, test } from "vitest";
import { mustRunIn } from "../harness/cluster/docker/exec.ts";
import { redis } from "../targets/redis/target.ts";
import { requireDocker } from "./support/docker.ts";
import { FaultScene, SOON } from "./support/docker-faults.ts";
import { riftcheck } from "./support/riftcheck.ts";

const docker = await requireDocker();
const NODES = ["n1", "n2", "n3"];

describe.runIf(docker)("leader-transfer, as the store's own tool sees it", () => {
  test("Redis: sentinels make another node the primary, nobody was restarted, and the old one follows", async () => {
    const options = redis.options.parse({ topology: "sentinel" });
    await using scene = await FaultScene.start(redis, options, NODES, []);
    await expect.poll(() => scene.ready(), SOON).toBeUndefined();
    const cli = (node: string, ...words: string[]): Promise<string> =>
      mustRunIn(scene.container(node, "redis-server"), ["redis-cli", ...words]);
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
