import { existsSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { execPath } from "node:process";
import { fileURLToPath } from "node:url";
import type { Target } from "#core/target";
import { CLIENT_PORT } from "../cluster/node/real-node.ts";

/** Where the code is: the checkout, or the package's `dist`. */
const ROOT = fileURLToPath(new URL("../../", import.meta.url));
/** Where it is in the image. */
const HOME = "/riftcheck";
/** `.ts` in a checkout, `.js` in the package. */
const EXTENSION = import.meta.url.endsWith(".ts") ? ".ts" : ".js";

/**
 * A home-made store – one written against `StoreNode` – runs in containers without further ado: each node is a process of the
 * pinned runtime in the image `docker/home-made`.
 *
 * @param module path of the user's module that exports the target; undefined: one of riftcheck's own
 */
export function inContainers<Options>(
  target: Target<Options>,
  module: string | undefined,
  seed: string,
): Target<Options> {
  if (target.environments.docker !== undefined || target.environments.sim === undefined) return target;
  const own = `targets/${target.name}/target${EXTENSION}`;
  const inside = module === undefined ? `${HOME}/${own}` : `${HOME}/user/${basename(module)}`;
  const epoch = Date.now();
  return {
    ...target,
    environments: {
      ...target.environments,
      docker: (options, endpoints) => {
        const hosts = Object.fromEntries(endpoints.map(({ node, host }) => [node, host]));
        const common = { module: inside, target: target.name, options, hosts, seed, epoch, data: "/data" };
        return {
          image: { folder: "home-made", files: filesOf(module) },
          ports: { client: CLIENT_PORT },
          nodes: endpoints.map(({ node }) => ({
            node,
            processes: [
              {
                name: "store",
                command: [
                  "node",
                  `${HOME}/harness/node-main${EXTENSION}`,
                  JSON.stringify({ ...common, node }),
                ],
              },
            ],
          })),
        };
      },
    },
  };
}

/** The runtime, the code that a node needs, and zod, which it imports. */
function filesOf(module: string | undefined): Record<string, string> {
  const zod = dirname(fileURLToPath(import.meta.resolve("zod/package.json")));
  const manifest = [join(ROOT, "package.json"), join(ROOT, "../package.json")].find(existsSync) as string;
  return {
    node: execPath,
    "riftcheck/package.json": manifest,
    "riftcheck/harness": join(ROOT, "harness"),
    "riftcheck/targets": join(ROOT, "targets"),
    "riftcheck/node_modules/zod": zod,
    ...(module === undefined ? {} : { "riftcheck/user": dirname(module) }),
  };
}
