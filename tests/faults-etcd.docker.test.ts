import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { mustRunIn } from "../harness/cluster/docker/exec.ts";
import type { EtcdOptions } from "../targets/etcd/options.ts";
import { etcd } from "../targets/etcd/target.ts";
import { requireDocker } from "./support/docker.ts";
import { FaultScene, SOON } from "./support/docker-faults.ts";
import { riftcheck } from "./support/riftcheck.ts";

const docker = await requireDocker();
/** Numbers of 64 bits, as text. */
function fieldOf(text: string, name: string): string {
  const value = new RegExp(`^"${name}" : (\\d+)$`, "m").exec(text)?.[1];
  if (value === undefined) throw new Error(`no ${name} in: ${text}`);
  return value;
}

const NODES = ["n1", "n2", "n3"];

describe.runIf(docker)("faults of leadership, on etcd in containers", () => {
  let scene: FaultScene<EtcdOptions>;
  beforeAll(async () => {
    scene = await FaultScene.start(etcd, etcd.options.parse({}), NODES, []);
  });
  afterAll(async () => {
    await scene?.[Symbol.asyncDispose]();
  });
  afterEach(async () => {
    await scene.settle();
  });

  const etcdctl = (node: string, ...command: string[]): Promise<string> =>
    mustRunIn(scene.container(node, "etcd"), ["etcdctl", "--endpoints=http://127.0.0.1:2379", ...command]);

  /** Nodes that say of themselves that they lead, as etcd's own tool asks them. */
  async function leaders(): Promise<string[]> {
    const said = await Promise.all(
      NODES.map(async (node) => {
        const text = await etcdctl(node, "endpoint", "status", "--write-out=fields");
        const [own, leader] = ["MemberID", "Leader"].map((name) => fieldOf(text, name));
        return own === leader ? node : undefined;
      }),
    );
    return said.filter((node) => node !== undefined);
  }

  test("leader-transfer: another node leads, nobody was restarted, and writes go on", async () => {
    await expect.poll(() => scene.ready(), SOON).toBeUndefined();
    const [before] = await leaders();
    const incarnations = await Promise.all(NODES.map((node) => scene.cluster.incarnation(node)));
    const active = await scene.start("leader-transfer", NODES, {});
    const after = await leaders();
    expect(after).toHaveLength(1);
    expect(after).not.toContain(before);
    expect(active.effect).toEqual({ from: before, to: after[0] });
    expect(await Promise.all(NODES.map((node) => scene.cluster.incarnation(node)))).toEqual(incarnations);
    await etcdctl(NODES[0]!, "put", "handed", "over");
    expect(await scene.heal(active)).toEqual({ leader: after[0] });
    expect(await leaders()).toEqual(after);
    expect(await etcdctl(NODES[2]!, "get", "handed", "--print-value-only")).toBe("over\n");
  });

  test("leader-transfer is refused before the run where a store has no way to hand over", async () => {
    const { exitCode, stderr } = await riftcheck(["run", "zookeeper", "--faults", "leader-transfer"]);
    expect(exitCode).toBe(64);
    expect(stderr).toContain("zookeeper cannot: with these options it has no way to hand leadership over");
  });
});
