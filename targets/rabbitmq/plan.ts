import type { Endpoint } from "#core/runtime";
import type { DockerPlan } from "#core/target";
import {
  AMQP_PORT,
  CONFIG_FOLDER,
  DATA_FOLDER,
  definitions,
  DEFINITIONS_FILE,
  serverConfig,
} from "./config.ts";
import type { RabbitOptions } from "./options.ts";

/** The secret that the nodes of one cluster share. */
const COOKIE = "RIFTCHECK";

/** Erlang reads the cookie from a file that nobody else may read; the rest is what the package's service would do. */
const START = `set -e
mkdir -p ${DATA_FOLDER} ${CONFIG_FOLDER}
printf %s "$1" > ${CONFIG_FOLDER}/rabbitmq.conf
printf %s "$2" > ${DEFINITIONS_FILE}
[ -s ${DATA_FOLDER}/.erlang.cookie ] || printf %s ${COOKIE} > ${DATA_FOLDER}/.erlang.cookie
chmod 400 ${DATA_FOLDER}/.erlang.cookie
if id rabbitmq > /dev/null 2>&1 && [ -x /usr/lib/rabbitmq/bin/rabbitmq-server ]; then
  chown -R rabbitmq:rabbitmq ${DATA_FOLDER}
  exec setpriv --reuid=rabbitmq --regid=rabbitmq --init-groups /usr/lib/rabbitmq/bin/rabbitmq-server
fi
exec rabbitmq-server`;

/** One broker per node. */
export function dockerPlan(options: RabbitOptions, nodes: readonly Endpoint[]): DockerPlan {
  const { image } = options;
  return {
    image: { folder: "rabbitmq", ...(image === undefined ? {} : { name: image }) },
    ports: { client: AMQP_PORT },
    nodes: nodes.map(({ node }) => ({
      node,
      processes: [
        {
          name: "rabbitmq",
          command: ["bash", "-c", START, "bash", serverConfig(options, nodes), definitions(options)],
          environment: {
            HOME: DATA_FOLDER,
            LANG: "C.UTF-8",
            RABBITMQ_NODENAME: `rabbit@${node}`,
            // Two schedulers that sleep when there is nothing to do: three brokers share one machine.
            RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: "+S 2:2 +sbwt none +sbwtdcpu none +sbwtdio none",
          },
          data: DATA_FOLDER,
        },
      ],
    })),
  };
}
