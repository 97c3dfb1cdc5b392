import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { mustRunIn } from "../harness/cluster/docker/exec.ts";
import { ask } from "../targets/postgres/ask.ts";
import type { PostgresOptions } from "../targets/postgres/options.ts";
import { postgres } from "../targets/postgres/target.ts";
import { requireDocker } from "./support/docker.ts";
import { FaultScene, SOON } from "./support/docker-faults.ts";

const docker = await requireDocker();
const REFUSED = /no pg_hba\.conf entry/;

/** PostgreSQL's own tool, inside of the node: it is let in whatever clients are. */
const psql = (scene: FaultScene<PostgresOptions>, node: string, sql: string): Promise<string> =>
  mustRunIn(scene.container(node, "postgres"), ["psql", "-XqAt", "-h", "/tmp", "-c", sql]);

/** What a client on another machine is told: the row, or why not. */
async function asClient({ runtime, cluster }: FaultScene<PostgresOptions>, node: string): Promise<string> {
  const answer = await ask(runtime, cluster.endpoint(node), "SELECT 1 AS one");
  return "row" in answer ? "let in" : answer.problem;
}

describe.runIf(docker)("who is let in by PostgreSQL in containers", () => {
  let scene: FaultScene<PostgresOptions>;
  beforeAll(async () => {
    scene = await FaultScene.start(postgres, postgres.options.parse({ sync: 1 }), ["n1", "n2", "n3"], []);
  });
  afterAll(async () => {
    await scene?.[Symbol.asyncDispose]();
  });

  test("a primary that starts again shows clients nothing as long as it has not heard of a leader", async () => {
    await expect.poll(() => scene.ready(), SOON).toBeUndefined();
    expect(await asClient(scene, "n1")).toBe("let in");
    const { nodes } = scene.cluster;
    await Promise.all(nodes.map((node) => scene.cluster.kill(node)));
    await scene.cluster.start("n1");
    const shown = () => psql(scene, "n1", "SELECT max(term) FROM primaries").catch(() => "");
    await expect.poll(shown, SOON).toBe("1\n");
    expect(await asClient(scene, "n1")).toMatch(REFUSED);
    await Promise.all(nodes.map((node) => scene.cluster.start(node)));
    await expect.poll(() => scene.ready(), SOON).toBeUndefined();
    for (const node of nodes) expect(await asClient(scene, node)).toBe("let in");
  });

  test("a killed node comes back although the number of its process is another's now", async () => {
    // To the kernel the threads of a program have numbers of the same kind; those of the supervisor are the same each time.
    const thread = '"$(ls /proc/1/task | sort -n | tail -n 1)"';
    const lock = `printf '%s\\n' ${thread} /var/lib/riftcheck/data 1700000000 5432 /tmp`;
    const left = ["sh", "-c", `${lock} > /tmp/.s.PGSQL.5432.lock`];
    await mustRunIn(scene.container("n3", "postgres"), left);
    await scene.cluster.kill("n3");
    await scene.cluster.start("n3");
    await expect.poll(() => scene.ready(), SOON).toBeUndefined();
    expect(await asClient(scene, "n3")).toBe("let in");
  });
});

describe.runIf(docker).each([
  ["on", "all are there"],
  ["off", "some are gone"],
] as const)("PostgreSQL with fsync %s, on a machine that loses its power", (fsync, found) => {
  let scene: FaultScene<PostgresOptions>;
  beforeAll(async () => {
    scene = await FaultScene.start(postgres, postgres.options.parse({ fsync }), ["n1"], ["power"]);
  });
  afterAll(async () => {
    await scene?.[Symbol.asyncDispose]();
  });

  test(`of the rows that were committed ${found} afterwards`, async () => {
    await expect.poll(() => scene.ready(), SOON).toBeUndefined();
    const insert = "INSERT INTO elements SELECT 'power', i::text FROM generate_series";
    await psql(scene, "n1", `${insert}(1, 100) i`);
    await psql(scene, "n1", `${insert}(101, 101) i`);
    const active = await scene.start("power-one", ["n1"], {});
    await scene.heal(active);
    await expect.poll(() => scene.ready(), SOON).toBeUndefined();
    const kept = Number(await psql(scene, "n1", "SELECT count(*) FROM elements"));
    expect(kept < 101 ? "some are gone" : "all are there").toBe(found);
  });
});
