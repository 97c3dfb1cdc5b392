import type { Endpoint } from "#core/runtime";
import type { RabbitOptions } from "./options.ts";

export const AMQP_PORT = 5672;
export const USER = "riftcheck";
export const PASSWORD = "riftcheck";
/** SHA-256 of a salt of four bytes and the password, behind that salt, as RabbitMQ stores it. */
const PASSWORD_HASH = "cmlmdKB/6oR2Qbn+ymvhnBgAb722HtDyHjcNOhbiFgFrndpo";

export const DATA_FOLDER = "/var/lib/rabbitmq";
export const CONFIG_FOLDER = "/etc/rabbitmq";
export const DEFINITIONS_FILE = `${CONFIG_FOLDER}/definitions.json`;

/** `rabbitmq.conf`: the nodes find each other by their names in the hosts file. */
export function serverConfig(options: RabbitOptions, nodes: readonly Endpoint[]): string {
  const peers = nodes.map(
    ({ node }, i) => `cluster_formation.classic_config.nodes.${i + 1} = rabbit@${node}`,
  );
  return `${[
    `listeners.tcp.default = ${AMQP_PORT}`,
    "cluster_formation.peer_discovery_backend = classic_config",
    ...peers,
    `cluster_partition_handling = ${options.partitionHandling}`,
    `net_ticktime = ${options.netTicktime}`,
    `load_definitions = ${DEFINITIONS_FILE}`,
    "vm_memory_high_watermark.absolute = 400MB",
    "disk_free_limit.absolute = 50MB",
    "log.console = true",
    "log.file = false",
    "heartbeat = 5",
  ].join("\n")}\n`;
}

/** What the cluster holds from the start: a user, and the policy that mirrors classic queues. */
export function definitions({ queueType }: RabbitOptions): string {
  const user = {
    name: USER,
    password_hash: PASSWORD_HASH,
    hashing_algorithm: "rabbit_password_hashing_sha256",
    tags: ["administrator"],
  };
  const mirroring = {
    vhost: "/",
    name: "mirrored",
    pattern: "^queue-",
    "apply-to": "queues",
    priority: 0,
    definition: { "ha-mode": "all", "ha-sync-mode": "automatic" },
  };
  return JSON.stringify({
    users: [user],
    vhosts: [{ name: "/" }],
    permissions: [{ user: USER, vhost: "/", configure: ".*", write: ".*", read: ".*" }],
    policies: queueType === "mirrored" ? [mirroring] : [],
  });
}
