import { HarnessError } from "#core/errors";
import type { Endpoint } from "#core/runtime";
import type { DockerPlan } from "#core/target";
import type { PostgresOptions } from "./options.ts";
import type { Settings } from "./supervisor/settings.ts";
import { HOME, POSTGRES_PORT } from "./supervisor/settings.ts";

const FOLDER = `${import.meta.dirname}/supervisor`;
/** `.ts` in a checkout, `.js` in the package. */
const MAIN = `/usr/share/riftcheck/supervisor/main${import.meta.filename.slice(-3)}`;

/** One PostgreSQL per node under a supervisor of its own; the first node is the first primary. */
export function dockerPlan(options: PostgresOptions, nodes: readonly Endpoint[]): DockerPlan {
  requireStandbys(options, nodes.length - 1);
  const { sync, synchronousCommit, fsync } = options;
  // Alone there is nobody to fail over to.
  const failover = nodes.length === 1 ? "none" : options.failover;
  const hosts = Object.fromEntries(nodes.map(({ node, host }) => [node, host]));
  return {
    image: {
      folder: "postgres",
      files: { supervisor: FOLDER },
      on: { folder: "node", files: { node: process.execPath } },
    },
    ports: { client: POSTGRES_PORT },
    nodes: nodes.map(({ node }) => {
      const settings: Settings = { node, hosts, failover, sync, synchronousCommit, fsync };
      const command = ["node", MAIN, JSON.stringify(settings)];
      return { node, processes: [{ name: "postgres", command, data: HOME }] };
    }),
  };
}

/** @throws HarnessError `usage` if the options ask for more standbys than there are */
function requireStandbys({ sync, readFrom }: PostgresOptions, standbys: number): void {
  const needed: readonly [string, number][] = [
    ["--read-from standby", readFrom === "standby" ? 1 : 0],
    [`--sync ${sync}`, sync],
  ];
  for (const [flag, count] of needed)
    if (count > standbys)
      throw new HarnessError("usage", `${flag} needs ${count + 1} nodes, not ${standbys + 1}`);
}
