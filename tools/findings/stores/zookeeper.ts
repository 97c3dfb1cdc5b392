import type { Finding } from "../finding.ts";

const UNDER_PARTITIONS = "--workload view-counter --faults partition --time 30s --expect linearizable";

export const zookeeper: readonly Finding[] = [
  {
    name: "zookeeper-local",
    store: "ZooKeeper, reads of a server's own copy",
    known: "reads are stale; `sync` first",
    source: "ZooKeeper's documentation",
    breaks: { model: "linearizable" },
    args: "zookeeper",
    variants: [
      {
        name: "plain",
        words: "reads of the server's own copy",
        args: `--reads local ${UNDER_PARTITIONS}`,
        expected: "shows",
      },
      {
        name: "sync",
        words: "`sync` before each read",
        args: `--reads sync ${UNDER_PARTITIONS}`,
        expected: "less",
      },
      {
        name: "quorum",
        words: "a write before each read",
        args: `--reads quorum ${UNDER_PARTITIONS}`,
        expected: "does not",
      },
    ],
    seeds: 5,
    told: [
      "A server answers from its own copy: between the leader's commit and its own, and, cut off from the leader, until it gives it up.",
      "How stale depends on when faults hit: the worst seconds are those of the cut, one seed met none.",
      "With `sync` first one seed met 11 stale reads, all at the leader before any fault: there `sync` passes through as a read does, and what a follower has shown already may not be applied yet.",
      "A write before each read is ordered after all writes that were acknowledged.",
    ].join(" "),
  },
  {
    name: "zookeeper-replicas",
    store: "ZooKeeper, followers that change leaders",
    known: "found with riftcheck: a server lacks committed transactions for good, and its own digests say so",
    source: "of the kind of ZOOKEEPER-4712 and -4785",
    breaks: { model: "convergence" },
    args: "zookeeper",
    variants: [
      {
        name: "plain",
        words: "partitions",
        args: "--workload view-counter --faults partition --time 30s --expect convergence",
        expected: "shows",
      },
    ],
    seeds: 10,
    told: [
      "`logs/n1` of a run that shows it: a follower until 0x200000263, then `Truncating log to get in sync with the leader 0x1000000c0`, `highest zxid is 0x200000001`, and on with `Got zxid 0x200000264`.",
      "What lies between is gone from that server: keys that clients had written and read do not exist there, later ones do. ZooKeeper's own check says `First digest mismatch on txn`, and only of servers that differ.",
      "The seed that shows it does so again; it takes a leader that is cut off, and soon after a follower that loses the new one.",
    ].join(" "),
  },
];
