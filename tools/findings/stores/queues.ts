import type { Finding } from "../finding.ts";

const QUEUE =
  "--rate 150 --op-timeout 3s --faults partition --fault-duration 12s --time 45s --expect no-lost-writes";

const POWER =
  "--workload queue --enqueue-ratio 0.8 --time 30s --faults power-all --fault-duration 20s --op-timeout 3s --expect no-lost-writes";

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
    seeds: 3,
    told: [
      'A mirrored queue goes on from one copy when the brokers are together again, and what another copy had confirmed alone is thrown away: the logs say "Autoheal: we were selected to restart".',
      "A quorum queue confirms when a majority has a message on disk, and lost none. Messages come out more than once in all of them.",
    ].join(" "),
  },
  {
    name: "nats-power",
    store: "NATS JetStream, all machines lose their power",
    known: "acknowledged messages are lost: they are forced to disk every two minutes",
    source: "Jepsen: NATS 2.12",
    breaks: { model: "no-lost-writes" },
    args: "nats",
    variants: [
      { name: "plain", words: "as it comes", args: POWER, expected: "shows" },
      {
        name: "sync-mount",
        words: "the data folder mounted with `sync`",
        args: `--sync-mount ${POWER}`,
        expected: "does not",
      },
    ],
    seeds: 5,
    told: [
      "All that was acknowledged and not yet taken out is gone. This version knows no `sync_interval`, and refuses to start with it; mounting its folder with `sync` does the same from outside, and nothing was lost.",
    ].join(" "),
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
    seeds: 3,
    told: [
      "A leader that is cut off keeps messages that nobody else has at sequences where the others acknowledge different ones, and is reported to be up to date when it is back; targets/nats/README.md tells of the check by hand.",
    ].join(" "),
  },
];
