import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { mustRunIn } from "../harness/cluster/docker/exec.ts";
import type { EtcdOptions } from "../targets/etcd/options.ts";
import { etcd } from "../targets/etcd/target.ts";
import { requireDocker } from "./support/docker.ts";
import { FaultScene } from "./support/docker-faults.ts";

const docker = await requireDocker();
const NODES = ["n1", "n2", "n3"];

interface Listed {
  readonly id: string;
  readonly status: string;
  readonly name: string;
}

describe.runIf(docker)("members of etcd in containers", () => {
  const options = etcd.options.parse({});
  let scene: FaultScene<EtcdOptions>;
  beforeAll(async () => {
    scene = await FaultScene.start(etcd, options, NODES, []);
  });
  afterAll(async () => {
    await scene?.[Symbol.asyncDispose]();
  });
  afterEach(async () => {
    await scene.settle();
  });

  const etcdctl = async (node: string, ...words: string[]): Promise<string> =>
    mustRunIn(scene.container(node, "etcd"), ["env", "ETCDCTL_API=3", "etcdctl", ...words]);

  /** What etcd's own command says on a node, by names of nodes. */
  const listed = async (node: string): Promise<Record<string, Listed>> => {
    const lines = (await etcdctl(node, "member", "list")).trim().split("\n");
    const members = lines.map((line) => {
      const [id = "", status = "", name = ""] = line.split(", ");
      return { id, status, name };
    });
    return Object.fromEntries(members.map((member) => [member.name, member]));
  };

  const leaderNow = async (): Promise<string> => (await scene.context.leader()) ?? "";
  const revisionOn = async (node: string): Promise<number> => {
    const [status] = JSON.parse(await etcdctl(node, "endpoint", "status", "-w", "json")) as [
      { Status: { header: { revision: number } } },
    ];
    return status.Status.header.revision;
  };

  test("member-remove: two are left, and the third comes back as another member", async () => {
    const witness = await leaderNow();
    await etcdctl(witness, "put", "kept", "1");
    const before = await listed(witness);
    expect(Object.keys(before).sort()).toEqual(NODES);
    const active = await scene.start("member-remove", ["follower"], {});
    const [gone = ""] = active.nodes;
    const left = NODES.filter((node) => node !== gone);
    expect(Object.keys(await listed(witness)).sort()).toEqual(left);
    expect(await scene.cluster.state(gone)).toBe("stopped");
    await etcdctl(witness, "put", "kept", "2");
    await scene.heal(active);
    const after = await listed(witness);
    expect(Object.keys(after).sort()).toEqual(NODES);
    expect(after[gone]?.status).toBe("started");
    expect(after[gone]?.id).not.toBe(before[gone]?.id);
    for (const node of left) expect(after[node]?.id).toBe(before[node]?.id);
    expect(await etcdctl(gone, "get", "kept")).toBe("kept\n2\n");
    expect(await revisionOn(gone)).toBe(await revisionOn(witness));
  });

  test("member-replace: the new member can be killed, comes back as itself, and can lead", async () => {
    const witness = await leaderNow();
    const before = await listed(witness);
    const active = await scene.start("member-replace", ["follower"], {});
    const [replaced = ""] = active.nodes;
    expect(Object.keys(await listed(witness))).not.toContain(replaced);
    await scene.heal(active);
    const after = await listed(witness);
    expect(after[replaced]?.status).toBe("started");
    expect(after[replaced]?.id).not.toBe(before[replaced]?.id);
    await scene.heal(await scene.start("kill-one", [replaced], {}));
    await expect.poll(() => scene.ready(), { timeout: 30_000 }).toBeUndefined();
    expect(await listed(witness)).toEqual(after);
    const transfer = await scene.start("leader-transfer", [replaced, ...NODES], {});
    expect(transfer.effect).toEqual({ from: witness, to: replaced });
    await scene.heal(transfer);
    expect(await leaderNow()).toBe(replaced);
  });
});
