import type { Finding } from "./finding.ts";
import { etcd } from "./stores/etcd.ts";
import { mariadb } from "./stores/mariadb.ts";
import { postgres } from "./stores/postgres.ts";
import { queues } from "./stores/queues.ts";
import { redis } from "./stores/redis.ts";
import { zookeeper } from "./stores/zookeeper.ts";

/** In the order of docs/findings.md. */
export const findings: readonly Finding[] = [
  ...redis,
  ...etcd,
  ...zookeeper,
  ...postgres,
  ...mariadb,
  ...queues,
];
