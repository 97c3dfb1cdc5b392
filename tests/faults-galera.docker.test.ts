import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { mustRunIn } from "../harness/cluster/docker/exec.ts";
import type { GaleraOptions } from "../targets/galera/options.ts";
import { galera } from "../targets/galera/target.ts";
import { requireDocker } from "./support/docker.ts";
import { FaultScene, SOON } from "./support/docker-faults.ts";

const docker = await requireDocker();
const NODES = ["n1", "n2", "n3"];
/** All nodes find one another again, and one sends the others what they lack. */
const AGAIN = { ...SOON, timeout: 60_000 };

describe.runIf(docker)("every node of Galera at once, in containers", () => {
  let scene: FaultScene<GaleraOptions>;
  beforeAll(async () => {
    scene = await FaultScene.start(galera, galera.options.parse({}), NODES, ["power"]);
  });
  afterAll(async () => {
    await scene?.[Symbol.asyncDispose]();
  });
  afterEach(async () => {
    await scene.settle();
  });

  /** MariaDB's own tool, inside of the node. */
  const mariadb = (node: string, sql: string): Promise<string> =>
    mustRunIn(scene.container(node, "mariadb"), [
      ...["mariadb", "--no-defaults", "-u", "riftcheck", "-S", "/tmp/mariadb.sock", "-N", "-e", sql],
    ]);

  test.each(["kill-all", "power-all"])(
    "%s: the group forms again, with all that was committed",
    async (name) => {
      await expect.poll(() => scene.ready(), AGAIN).toBeUndefined();
      for (const node of NODES)
        await mariadb(node, `INSERT INTO riftcheck.elements VALUES ('${name}', '${node}')`);
      const active = await scene.start(name, NODES, {});
      expect(await scene.heal(active)).toMatchObject({ restarted: [{}, {}, {}] });
      await expect.poll(() => scene.ready(), AGAIN).toBeUndefined();
      for (const node of NODES)
        expect(await mariadb(node, `SELECT count(*) FROM riftcheck.elements WHERE k = '${name}'`)).toBe(
          "3\n",
        );
    },
  );
});
