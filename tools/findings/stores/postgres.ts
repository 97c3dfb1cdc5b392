import type { Finding } from "../finding.ts";

const FAILOVER =
  "--workload set --rate 500 --faults partition-leader --fault-duration 10s --time 30s --expect no-lost-writes";

export const postgres: readonly Finding[] = [
  {
    name: "postgres-async",
    store: "PostgreSQL, asynchronous standby promoted",
    known: "committed rows are lost",
    source: "by design; patroni#1411",
    breaks: { model: "no-lost-writes" },
    args: "postgres",
    variants: [
      { name: "plain", words: "asynchronous", args: FAILOVER, expected: "shows" },
      {
        name: "remote-apply",
        words: "one synchronous standby, `remote_apply`",
        args: `--sync 1 --synchronous-commit remote_apply ${FAILOVER}`,
        expected: "does not",
      },
    ],
    seeds: 5,
    told: [
      "A primary that is cut off commits alone until its lease is over (2 s here), and what it committed is dropped when it follows the new one.",
      "How much that is depends on when the supervisors notice: nothing bounds it but the lease. With one synchronous standby of two a commit waits for one of those that can become primary, and none was lost.",
    ].join(" "),
  },
  {
    name: "postgres-standby",
    store: "PostgreSQL, reads on standbys",
    known: "long forks between nodes (list-append); registers show stale reads",
    source: "Jepsen: RDS for PostgreSQL",
    breaks: { model: "linearizable" },
    args: "postgres",
    variants: [
      {
        name: "plain",
        words: "registers read on standbys",
        args: "--read-from standby --workload session --rate 500 --faults none --time 10s --expect linearizable",
        expected: "shows",
      },
      {
        name: "remedy",
        words: "registers read on the primary",
        args: "--read-from primary --workload session --rate 500 --faults none --time 10s --expect linearizable",
        expected: "does not",
      },
    ],
    seeds: 5,
    told: [
      "A standby shows a commit when it has replayed it, which the primary does not wait for.",
      "Long forks are between transactions, which are recorded only (below); a register read on standbys shows the same lag as stale reads.",
    ].join(" "),
  },
  {
    name: "postgres-write-skew",
    store: "PostgreSQL, repeatable read",
    known: "write skew (G2-item) in list-append transactions",
    source: "Jepsen: PostgreSQL 12.3",
    args: "postgres --nodes 1 --workload txn-list-append --rate 500 --faults none --time 10s",
    variants: [
      { name: "plain", words: "repeatable read", args: "--isolation repeatable-read", expected: "shows" },
      { name: "serializable", words: "serializable", args: "--isolation serializable", expected: "does not" },
    ],
    seeds: 3,
    told: ["Recorded: transactions are not judged yet."].join(" "),
  },
  {
    name: "postgres-long-fork",
    store: "PostgreSQL, a primary and readable standbys",
    known: "long fork (G-nonadjacent) between nodes in list-append transactions",
    source: "Jepsen: RDS for PostgreSQL",
    args: "postgres --workload txn-list-append --isolation serializable --rate 500 --faults none --time 10s",
    variants: [
      {
        name: "plain",
        words: "transactions that only read go to any node",
        args: "--read-from any",
        expected: "shows",
      },
      {
        name: "primary",
        words: "all transactions go to the primary",
        args: "--read-from primary",
        expected: "does not",
      },
    ],
    seeds: 3,
    told: ["Recorded: transactions are not judged yet."].join(" "),
  },
  {
    name: "postgres-single",
    store: "PostgreSQL on a single node",
    known: "linearizable registers: a control",
    source: "PostgreSQL's documentation",
    breaks: { model: "linearizable" },
    args: "postgres --nodes 1",
    variants: [
      {
        name: "plain",
        words: "under every fault that is possible with one node",
        args: "--clients 5 --workload lin-kv --faults network,kill,restart,pause,pressure-cpu,disk,power,clock --fault-duration 4s --time 60s",
        expected: "does not",
      },
    ],
    seeds: 10,
    told: [
      "A control. Under bad links, broken connections, kills, restarts, crashes while starting, pauses, little processor time, full and slow disks, power loss and wrong clocks.",
      "Memory pressure is left out: the process rarely needs more than it has, and a fault that changes nothing leaves a run undecided.",
    ].join(" "),
  },
];
