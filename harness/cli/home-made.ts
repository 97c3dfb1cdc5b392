import { basename } from "node:path";
import type { Target } from "#core/target";
import { CLIENT_PORT } from "../cluster/node/real-node.ts";
import { CODE, EXTENSION, HOME, imageOf, USER_CODE } from "./home-made-image.ts";

/** The folder of a node's disk. */
const DATA = "/data";

/**
 * A home-made store – one written against `StoreNode` – runs in containers without further ado: each node is a process of the
 * pinned runtime in an image of `docker/home-made`.
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
  const inside = module === undefined ? `${HOME}/${CODE}${own}` : `${HOME}/${USER_CODE}/${basename(module)}`;
  const epoch = Date.now();
  return {
    ...target,
    environments: {
      ...target.environments,
      docker: (options, endpoints) => {
        const hosts = Object.fromEntries(endpoints.map(({ node, host }) => [node, host]));
        const common = { module: inside, target: target.name, options, hosts, seed, epoch, data: DATA };
        return {
          image: imageOf(module),
          ports: { client: CLIENT_PORT },
          homeMade: true,
          nodes: endpoints.map(({ node }) => ({
            node,
            processes: [
              {
                name: "store",
                data: DATA,
                command: [
                  "node",
                  `${HOME}/${CODE}harness/node-main${EXTENSION}`,
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
