import type { Endpoint } from "#core/runtime";
import type { NatsOptions } from "./options.ts";

export const CLIENT_PORT = 4222;
const ROUTE_PORT = 6222;
export const DATA_FOLDER = "/var/lib/nats";

/** `nats-server.conf` of a node: one account, JetStream on files, a full mesh of routes. */
export function serverConfig(
  { syncInterval }: NatsOptions,
  node: Endpoint,
  nodes: readonly Endpoint[],
): string {
  const routes = nodes.map(({ host }) => `nats://${host}:${ROUTE_PORT}`).join(", ");
  return `server_name: ${node.node}
listen: 0.0.0.0:${CLIENT_PORT}
jetstream { store_dir: ${DATA_FOLDER}, max_mem: 64MB, max_file: 2GB${syncInterval === undefined ? "" : `, sync_interval: ${syncInterval}`} }
${nodes.length === 1 ? "" : `cluster { name: riftcheck, listen: 0.0.0.0:${ROUTE_PORT}, no_advertise: true, routes: [ ${routes} ] }\n`}`;
}
