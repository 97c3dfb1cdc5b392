import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { mustRunIn } from "../harness/cluster/docker/exec.ts";
import type { EtcdOptions } from "../targets/etcd/options.ts";
import { etcd } from "../targets/etcd/target.ts";
import { requireDocker } from "./support/docker.ts";
import { FaultScene, SOON } from "./support/docker-faults.ts";

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

  const namesOn = async (node: string): Promise<string[]> => Object.keys(await listed(node)).sort();
  const leaderNow = async (): Promise<string> => (await scene.context.leader()) ?? "";

  test("member-remove: two are left, and the third comes back as another member", async () => {
    await etcdctl("n1", "put", "kept", "1");
    const before = await listed("n1");
    expect(Object.keys(before).sort()).toEqual(NODES);
    const active = await scene.start("member-remove", ["follower"], {});
    const [gone = ""] = active.nodes;
    const left = NODES.filter((node) => node !== gone);
    const [witness = ""] = left;
    await expect.poll(() => namesOn(witness), SOON).toEqual(left);
    expect(await scene.cluster.state(gone)).toBe("stopped");
    await etcdctl(witness, "put", "kept", "2");
    await scene.heal(active);
    await expect.poll(() => namesOn(witness), SOON).toEqual(NODES);
    const after = await listed(witness);
    expect(after[gone]?.status).toBe("started");
    expect(after[gone]?.id).not.toBe(before[gone]?.id);
    for (const node of left) expect(after[node]?.id).toBe(before[node]?.id);
    expect(await etcdctl(gone, "get", "kept")).toBe("kept\n2\n");
    // Its own copy, which nobody else was asked for.
    expect(await etcdctl(gone, "get", "kept", "--consistency=s")).toBe("kept\n2\n");
  });

  test("member-replace: the new member can be killed, comes back as itself, and can lead", async () => {
    const before = await listed("n1");
    const active = await scene.start("member-replace", ["follower"], {});
    const [replaced = ""] = active.nodes;
    const [witness = ""] = NODES.filter((node) => node !== replaced);
    await expect.poll(() => namesOn(witness), SOON).not.toContain(replaced);
    await scene.heal(active);
    await expect.poll(() => namesOn(witness), SOON).toEqual(NODES);
    const after = await listed(witness);
    expect(after[replaced]?.status).toBe("started");
    expect(after[replaced]?.id).not.toBe(before[replaced]?.id);
    await scene.heal(await scene.start("kill-one", [replaced], {}));
    await expect.poll(() => scene.ready(), SOON).toBeUndefined();
    expect(await listed(witness)).toEqual(after);
    // On a busy machine others may be elected before and after: then it is asked again.
    const led = async (): Promise<string> => {
      if ((await leaderNow()) !== replaced) await scene.context.transferLeader?.(replaced);
      return leaderNow();
    };
    await expect.poll(led, SOON).toBe(replaced);
  });
});
