import type { Target } from "#core/target";
import { automerge } from "./automerge/target.ts";
import { etcd } from "./etcd/target.ts";
import { eventual } from "./eventual/target.ts";
import { galera } from "./galera/target.ts";
import { maelstrom } from "./maelstrom/target.ts";
import { postgres } from "./postgres/target.ts";
import { nats } from "./nats/target.ts";
import { rabbitmq } from "./rabbitmq/target.ts";
import { redis } from "./redis/target.ts";
import { simKv } from "./sim-kv/target.ts";
import { yjs } from "./yjs/target.ts";
import { zookeeper } from "./zookeeper/target.ts";

/** Every target by name. */
export const targets: Readonly<Record<string, Target>> = {
  eventual,
  redis,
  etcd,
  zookeeper,
  postgres,
  galera,
  nats,
  rabbitmq,
  "sim-kv": simKv,
  maelstrom,
  automerge,
  yjs,
};
