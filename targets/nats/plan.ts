import type { Endpoint } from "#core/runtime";
import type { DockerPlan } from "#core/target";
import { CLIENT_PORT, DATA_FOLDER, serverConfig } from "./config.ts";
import type { NatsOptions } from "./options.ts";

const CONFIG_FILE = "/tmp/nats-server.conf";

/** One server per node. */
export function dockerPlan({ image }: NatsOptions, nodes: readonly Endpoint[]): DockerPlan {
  const script = `mkdir -p ${DATA_FOLDER} && printf %s "$1" > ${CONFIG_FILE} && exec nats-server -c ${CONFIG_FILE}`;
  return {
    image: { folder: "nats", ...(image === undefined ? {} : { name: image }) },
    ports: { client: CLIENT_PORT },
    nodes: nodes.map((node) => ({
      node: node.node,
      processes: [{ name: "nats", command: ["sh", "-c", script, "sh", serverConfig(node, nodes)] }],
    })),
  };
}
