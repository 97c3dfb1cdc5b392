import type { Finding } from "../finding.ts";

const QUEUE =
  "--rate 150 --op-timeout 3s --faults partition --fault-duration 12s --time 45s --expect no-lost-writes";

export const queues: readonly Finding[] = [
  {
    name: "rabbitmq-mirrored",
    store: "RabbitMQ, classic mirrored queues",
    known: "acknowledged messages are lost in partitions",
    source: "Jepsen: RabbitMQ",
    breaks: { model: "no-lost-writes" },
    args: "rabbitmq",
    variants: [
      {
        name: "plain",
        words: "mirrored, autoheal",
        args: `--queue-type mirrored --partition-handling autoheal ${QUEUE}`,
        expected: "shows",
      },
      {
        name: "pause-minority",
        words: "mirrored, pause_minority",
        args: `--queue-type mirrored --partition-handling pause_minority ${QUEUE}`,
        expected: "shows",
      },
      {
        name: "quorum",
        words: "quorum queues with confirms",
        args: `--queue-type quorum --partition-handling pause_minority ${QUEUE}`,
        expected: "does not",
      },
    ],
    seeds: 5,
    told: "",
  },
  {
    name: "nats-replicas",
    store: "NATS JetStream, leaders cut off",
    known: "found with riftcheck: replicas stay different for good, acknowledged messages are missing on one",
    source: "targets/nats/README.md",
    breaks: { model: "convergence" },
    args: "nats",
    variants: [
      {
        name: "plain",
        words: "three replicas",
        args: "--workload set --elements-per-set 100 --rate 200 --op-timeout 3s --faults partition --fault-duration 12s --time 45s --expect no-lost-writes,convergence",
        expected: "shows",
      },
    ],
    seeds: 5,
    told: "",
  },
];
