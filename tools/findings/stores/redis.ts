import type { Finding } from "../finding.ts";

const CUT_PRIMARY =
  "--workload set --elements-per-set 50 --rate 500 --faults partition-leader --fault-duration 12s --time 30s --expect no-lost-writes";
const CUT_MASTER =
  "--workload set --elements-per-set 50 --rate 500 --faults partition-leader --fault-duration 8s --time 20s --expect no-lost-writes";

export const redis: readonly Finding[] = [
  {
    name: "redis-sentinel",
    store: "Redis with Sentinel, asynchronous replication",
    known: "what a primary acknowledges while it is cut off with a minority is lost when it is demoted",
    source: "Jepsen: Redis",
    breaks: { model: "no-lost-writes" },
    args: "redis --topology sentinel",
    variants: [
      { name: "plain", words: "as it comes", args: CUT_PRIMARY, expected: "shows" },
      {
        name: "min-replicas",
        words: "`min-replicas-to-write` 1, lag at most 1 s",
        args: `--min-replicas-to-write 1 --min-replicas-max-lag 1 ${CUT_PRIMARY}`,
        expected: "less",
      },
      { name: "wait", words: "`WAIT 1` after each write", args: `--wait 1 ${CUT_PRIMARY}`, expected: "less" },
    ],
    seeds: 5,
    told: [
      "The primary goes on acknowledging for the whole cut, and after it: sentinels wait about ten seconds before they turn a primary that came back into a replica.",
      "By the histories the first lost add was acknowledged when the cut began, the last at the end of the run, 10 s after the healing; `redis.log` of the old primary shows when it was told to follow.",
      "With `min-replicas-to-write` the primary refuses after 1.3 to 2.6 s: until then it loses what it takes.",
      "With `WAIT 1` nothing that was acknowledged is lost; what is lost are elements that clients of the old primary read there, and that nobody was told were safe.",
    ].join(" "),
  },
  {
    name: "redis-replica-reads",
    store: "Redis, reads from replicas",
    known: "reads are stale, without any fault",
    source: "Jepsen: Redis",
    breaks: { model: "linearizable" },
    args: "redis",
    variants: [
      {
        name: "plain",
        words: "reads from replicas",
        args: "--read-from replica --workload session --rate 1000 --faults none --time 10s --expect linearizable",
        expected: "shows",
      },
      {
        name: "remedy",
        words: "reads from the primary",
        args: "--read-from primary --workload session --rate 1000 --faults none --time 10s --expect linearizable",
        expected: "does not",
      },
    ],
    seeds: 5,
    told: [
      "A replica shows a write when it has received it, which the primary does not wait for: mostly well below a millisecond here, up to 0.9 s while a replica was still copying.",
      "One of the runs met no stale read. On the primary none was met.",
    ].join(" "),
  },
  {
    name: "redis-cluster",
    store: "Redis Cluster",
    known: "what a cut-off primary acknowledges is lost, for about the node timeout",
    source: "Redis's documentation",
    breaks: { model: "no-lost-writes" },
    args: "redis --topology cluster",
    variants: [
      { name: "plain", words: "as it comes", args: CUT_MASTER, expected: "shows" },
      { name: "wait", words: "`WAIT 1` after each write", args: `--wait 1 ${CUT_MASTER}`, expected: "less" },
    ],
    seeds: 5,
    told: [
      "A primary that is cut off refuses (`CLUSTERDOWN`) once it has heard of no majority for the node timeout, 2 s here: lost adds were acknowledged from the beginning of the cut until 2.4 to 2.9 s later, all by that node.",
      "With `WAIT 1` nothing that was acknowledged is lost.",
    ].join(" "),
  },
  {
    name: "redis-primary",
    store: "Redis, one primary without failover",
    known: "nothing is lost nor stale when every write is forced to disk: a control",
    source: "Redis's documentation",
    breaks: { model: "linearizable" },
    args: "redis",
    variants: [
      {
        name: "plain",
        words: "under every fault that spares a majority",
        args: "--workload session --appendfsync always --rate 1000 --faults partition,network,kill,restart,pause,pressure-cpu,disk,power,clock --fault-duration 4s --time 60s",
        expected: "does not",
      },
    ],
    seeds: 10,
    told: [
      "A control. Under partitions, bad links, broken connections, kills, restarts, pauses, little processor time, full and slow disks, power loss and wrong clocks: reads are those of one copy, and every acknowledged write was there in the end.",
      "Memory pressure is left out: these processes need less than the least that Docker can grant, so that it changes nothing.",
    ].join(" "),
  },
];
