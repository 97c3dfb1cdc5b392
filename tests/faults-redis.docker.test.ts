import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { SECOND } from "#core/units";
import { ask } from "../targets/redis/ask.ts";
import type { RedisOptions } from "../targets/redis/options.ts";
import { redis } from "../targets/redis/target.ts";
import { requireDocker } from "./support/docker.ts";
import { FaultScene, SOON } from "./support/docker-faults.ts";

const docker = await requireDocker();
const NODES = ["n1", "n2", "n3"];
const REPLICA = "n2";

const reply = async (
  { runtime, cluster }: FaultScene<RedisOptions>,
  node: string,
  ...command: [string, ...string[]]
): Promise<unknown> => {
  const answer = await ask(runtime, cluster.endpoint(node), "client", command);
  return "reply" in answer ? answer.reply : answer.problem;
};

describe.runIf(docker)("faults of clocks, disks and members, on Redis in containers", () => {
  const options = redis.options.parse({ appendfsync: "everysec" });
  let scene: FaultScene<RedisOptions>;
  beforeAll(async () => {
    scene = await FaultScene.start(redis, options, NODES, ["clocks", "disk"]);
  });
  afterAll(async () => {
    await scene?.[Symbol.asyncDispose]();
  });
  afterEach(async () => {
    await scene.settle();
  });

  test("the server itself tells the time that it is made to see", async () => {
    const off = async (): Promise<number> => {
      const before = Date.now() / 1_000;
      const [seconds] = (await reply(scene, "n3", "TIME")) as [string];
      return Number(seconds) - before;
    };
    const active = await scene.start("clock-skew", ["n3"], { ahead: { n3: 5_000 * SECOND } });
    expect(await off()).toBeGreaterThan(4_998);
    await scene.heal(active);
    expect(await off()).toBeLessThan(4_000);
  });

  test("file-flip: a server that refuses a damaged log gets its bytes back", async () => {
    for (let i = 0; i < 50; i++) await reply(scene, "n1", "SET", `key${i}`, "x".repeat(2_000));
    const count = async () => reply(scene, REPLICA, "DBSIZE");
    await expect.poll(count, SOON).toBeGreaterThanOrEqual(50);
    const active = await scene.start("file-flip", [REPLICA], { bits: 4_000, seed: 3 });
    expect(await scene.heal(active)).toEqual({ outcomes: [{ node: REPLICA, ran: false }] });
    expect(await scene.cluster.state(REPLICA)).toBe("running");
    await expect.poll(count, SOON).toBeGreaterThanOrEqual(50);
  });

  test("member-remove: the primary has one replica less, until it is added again", async () => {
    const replicas = async () => String(await reply(scene, "n1", "INFO", "replication"));
    const active = await scene.start("member-remove", [REPLICA], {});
    expect(await replicas()).toContain("connected_slaves:1");
    expect(await reply(scene, REPLICA, "SET", "alone", "1")).toBe("OK");
    await scene.heal(active);
    expect(await replicas()).toContain("connected_slaves:2");
    await expect.poll(() => reply(scene, REPLICA, "GET", "alone"), SOON).toBeNull();
  });

  test("member-replace: what takes its place begins empty and gets everything", async () => {
    await reply(scene, "n1", "SET", "kept", "1");
    const active = await scene.start("member-replace", [REPLICA], {});
    await scene.heal(active);
    await expect.poll(() => reply(scene, REPLICA, "GET", "kept"), SOON).toBe("1");
  });
});
