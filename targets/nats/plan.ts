import { HarnessError } from "#core/errors";
import type { Endpoint } from "#core/runtime";
import type { DockerPlan } from "#core/target";
import { CLIENT_PORT, DATA_FOLDER, serverConfig } from "./config.ts";
import { DEBIANS_VERSION, type NatsOptions } from "./options.ts";
import { hasSyncInterval } from "./version.ts";

const CONFIG_FILE = "/tmp/nats-server.conf";

/** One server per node. @throws HarnessError `usage` if the version cannot do what is asked for */
export function dockerPlan(options: NatsOptions, nodes: readonly Endpoint[]): DockerPlan {
  const { image, syncMount } = options;
  refuseUnknown(options);
  const script = `mkdir -p ${DATA_FOLDER} && printf %s "$1" > ${CONFIG_FILE} && exec nats-server -c ${CONFIG_FILE}`;
  return {
    image: { folder: "nats", ...(image === undefined ? {} : { name: image }) },
    ports: { client: CLIENT_PORT },
    nodes: nodes.map((node) => ({
      node: node.node,
      processes: [
        {
          name: "nats",
          command: ["sh", "-c", script, "sh", serverConfig(options, node, nodes)],
          data: DATA_FOLDER,
          syncMount,
        },
      ],
    })),
  };
}

/** A server whose version nobody has named says so itself, and its log is shown. */
function refuseUnknown({ image, serverVersion, syncInterval }: NatsOptions): void {
  if (syncInterval === undefined || (image !== undefined && serverVersion === undefined)) return;
  const version = image === undefined ? DEBIANS_VERSION : (serverVersion ?? "");
  if (hasSyncInterval(version)) return;
  throw new HarnessError("usage", `--sync-interval needs NATS 2.10 or later, and this is ${version}`, {
    hint: "name an image of a later version with --image, or use --sync-mount",
  });
}
