import type { Finding } from "../finding.ts";

const UNDER_PARTITIONS =
  "--read-from any --workload session --faults partition --time 30s --expect linearizable";

export const etcd: readonly Finding[] = [
  {
    name: "etcd-control",
    store: "etcd, linearizable reads",
    known: "linearizable under partitions and kills: a control",
    source: "Jepsen: etcd 3.4.3",
    breaks: { model: "linearizable" },
    args: "etcd",
    variants: [
      {
        name: "plain",
        words: "under every fault but pauses",
        args: "--workload lin-kv --faults partition,network,kill,restart,slow,disk,member,power,leader-transfer --fault-duration 4s --time 60s",
        expected: "does not",
      },
    ],
    seeds: 10,
    told: [
      "A control: linearizable reads ask the leader what is committed, and a leader asks a majority whether it still leads.",
      "Clocks are left out (Go asks the kernel for them, which no preloaded library reaches) and pauses, which have a row of their own.",
    ].join(" "),
  },
  {
    name: "etcd-pause",
    store: "etcd, linearizable reads, processes paused",
    known: "a linearizable read that waits for a paused leader is, rarely, answered from before the pause",
    source: "etcd-io/etcd#20418",
    breaks: { model: "linearizable" },
    args: "etcd",
    variants: [
      {
        name: "plain",
        words: "leaders paused for 2 s",
        args: "--workload lin-kv --clients 20 --faults pause-leader --fault-duration 2s --time 60s --expect linearizable",
        expected: "shows",
      },
    ],
    seeds: 5,
    told: [
      "Not met. The report tells of a read that was forwarded to the leader before a pause and answered from what it had asked before; it is rare, and later versions are mended.",
    ].join(" "),
  },
  {
    name: "etcd-serializable",
    store: "etcd, serializable reads",
    known: "a node answers from its own copy, which may be old",
    source: "etcd's documentation",
    breaks: { model: "linearizable" },
    args: "etcd",
    variants: [
      {
        name: "plain",
        words: "serializable reads",
        args: `--reads serializable ${UNDER_PARTITIONS}`,
        expected: "shows",
      },
      {
        name: "remedy",
        words: "linearizable reads",
        args: `--reads linearizable ${UNDER_PARTITIONS}`,
        expected: "does not",
      },
    ],
    seeds: 5,
    told: [
      "A node that is cut off answers from its own copy for as long as it is asked, so reads are stale by up to the length of the cut and what it takes to catch up.",
      "Linearizable reads of the same nodes are refused or wait instead.",
    ].join(" "),
  },
  {
    name: "etcd-lock",
    store: "etcd, locks with a lease",
    known: "a holder that stalls for longer than its lease goes on: what the lock guards is written by two",
    source: "Jepsen: etcd 3.4.3",
    breaks: { model: "linearizable", objects: "resource-*" },
    args: "etcd",
    variants: [
      {
        name: "plain",
        words: "the resource takes every write",
        args: "--workload lock --faults none --time 20s --expect linearizable",
        expected: "shows",
      },
      {
        name: "fencing",
        words: "the resource refuses older fencing tokens",
        args: "--workload lock --fencing on --faults none --time 20s",
        expected: "does not",
      },
    ],
    seeds: 5,
    told: [
      "The lock promises no more than that its lease runs: clients of this workload stall at times for longer than the lease of 2 s, as a collector of garbage does, and write afterwards.",
      "`pause` does the same to nodes; the holder is a client, which no fault of the cluster reaches.",
      "With fencing tokens (the revision of the lock's key) the resource refuses the late write: the lock itself is still held by two, and what it guards stays whole.",
    ].join(" "),
  },
];
