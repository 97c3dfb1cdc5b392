import type { Json } from "#core/json";
import { MILLISECOND } from "#core/units";
import type { NatsOptions } from "./options.ts";

/** The bucket of keys and values, as clients of NATS KV make it: a stream that keeps the last message of each subject. */
export const BUCKET = "KV_riftcheck";
const KEY_PREFIX = "$KV.riftcheck.";
/** The stream of all queues: a message that was acknowledged is deleted. */
export const QUEUES = "QUEUES";
const QUEUE_PREFIX = "queues.";

export const subjectOfKey = (key: string): string => `${KEY_PREFIX}${key}`;
/** Each element of a set is a key of its own, so that adds do not replace one another. */
export const subjectOfElement = (set: string, element: Json): string =>
  `${KEY_PREFIX}${set}.${encodeElement(element)}`;
export const subjectsOfSet = (set: string): string => `${KEY_PREFIX}${set}.>`;
export const subjectOfQueue = (queue: string): string => `${QUEUE_PREFIX}${queue}`;

/** As one token of a subject: no dots, no blanks, no wildcards. */
const encodeElement = (element: Json): string =>
  encodeURIComponent(JSON.stringify(element)).replaceAll(".", "%2E").replaceAll("*", "%2A");

/** The element that a subject of a set names. */
export const elementOf = (subject: string): Json =>
  JSON.parse(decodeURIComponent(subject.slice(subject.lastIndexOf(".") + 1))) as Json;

/** Which stream a workload uses. */
export const streamOf = (workload: string | undefined): string => (workload === "queue" ? QUEUES : BUCKET);

/** Body of STREAM.CREATE. */
export function streamConfig(stream: string, { replicas }: NatsOptions, nodes: number): Json {
  const common = {
    name: stream,
    storage: "file",
    num_replicas: Math.min(replicas, nodes),
    allow_direct: true,
  };
  return stream === QUEUES
    ? { ...common, subjects: [`${QUEUE_PREFIX}*`], retention: "workqueue", discard: "new" }
    : {
        ...common,
        subjects: [`${KEY_PREFIX}>`],
        retention: "limits",
        discard: "new",
        max_msgs_per_subject: 1,
        allow_rollup_hdrs: true,
        deny_delete: true,
      };
}

/** Body of CONSUMER.DURABLE.CREATE: the one consumer of a queue, which all sessions pull from. */
export const consumerConfig = (queue: string, { ackWait }: NatsOptions): Json => ({
  stream_name: QUEUES,
  config: {
    durable_name: queue,
    filter_subject: subjectOfQueue(queue),
    deliver_policy: "all",
    ack_policy: "explicit",
    ack_wait: ackWait * MILLISECOND,
    max_deliver: -1,
    max_ack_pending: -1,
    max_waiting: 4_096,
  },
});
