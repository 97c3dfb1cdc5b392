import type { Finding, Variant } from "../finding.ts";

const APPENDS =
  "--updates read-write --workload append --rate 500 --faults none --time 10s --expect no-lost-writes";
const READS = "--workload session --rate 500 --faults none --time 10s --expect linearizable";
const TRANSACTIONS = "--workload txn-list-append --rate 300 --faults none --time 10s";

const LOST_UPDATES: readonly Variant[] = [
  { name: "plain", words: "repeatable read", args: APPENDS, expected: "shows" },
  {
    name: "snapshot",
    words: "`innodb_snapshot_isolation` on",
    args: `--snapshot-isolation ${APPENDS}`,
    expected: "does not",
  },
];

export const mariadb: readonly Finding[] = [
  {
    name: "mariadb-lost-update",
    store: "MariaDB on a single node, repeatable read",
    known: "lost updates: a list that two transactions read and then write loses an append",
    source: "Jepsen: MySQL 8.0.34",
    breaks: { model: "no-lost-writes" },
    args: "galera --nodes 1",
    variants: [
      ...LOST_UPDATES,
      {
        name: "serializable",
        words: "serializable",
        args: `--isolation serializable ${APPENDS}`,
        expected: "does not",
      },
    ],
    seeds: 5,
    told: [
      "Each append reads the list in a transaction, and writes it back longer. At repeatable read MariaDB lets the second of two transactions overwrite what its snapshot does not show.",
      "With `innodb_snapshot_isolation` it is aborted instead (error 1020); at serializable the read locks, and one of two is aborted as a deadlock.",
    ].join(" "),
  },
  {
    name: "galera-lost-update",
    store: "Galera, three nodes",
    known: "lost updates",
    source: "Jepsen: Galera",
    breaks: { model: "no-lost-writes" },
    args: "galera",
    variants: LOST_UPDATES,
    seeds: 5,
    told: [
      "The same, whether the two transactions meet on one node or on two: certification compares what transactions wrote, not what they had read.",
      "With `innodb_snapshot_isolation` none was lost.",
    ].join(" "),
  },
  {
    name: "galera-stale",
    store: "Galera, reads of other nodes",
    known: "stale reads",
    source: "Jepsen: Galera",
    breaks: { model: "linearizable" },
    args: "galera --route random",
    variants: [
      { name: "plain", words: "as it comes", args: READS, expected: "shows" },
      {
        name: "sync-wait",
        words: "`wsrep_sync_wait` 7",
        args: `--sync-wait 7 ${READS}`,
        expected: "does not",
      },
    ],
    seeds: 5,
    told: [
      "A node acknowledges when the others have the write set, not when they have applied it. One of the runs met no stale read.",
      "With `wsrep_sync_wait` 7 a read waits until its node has applied what was committed before, and none was stale.",
    ].join(" "),
  },
  {
    name: "mariadb-transactions",
    store: "MariaDB on a single node, repeatable read",
    known: "lost update, G-single, non-repeatable reads in list-append transactions",
    source: "Jepsen: MySQL 8.0.34",
    args: `galera --nodes 1 ${TRANSACTIONS}`,
    variants: [
      { name: "plain", words: "repeatable read", expected: "shows" },
      {
        name: "snapshot",
        words: "`innodb_snapshot_isolation` on",
        args: "--snapshot-isolation",
        expected: "does not",
      },
    ],
    seeds: 3,
    told: [
      "Recorded: transactions are not judged yet. What they lose is shown by the lists above, where each append is a transaction of its own.",
    ].join(" "),
  },
  {
    name: "galera-transactions",
    store: "Galera, three nodes",
    known: "lost update, stale reads in list-append transactions",
    source: "Jepsen: Galera",
    args: `galera ${TRANSACTIONS}`,
    variants: [
      { name: "plain", words: "repeatable read", expected: "shows" },
      { name: "sync-wait", words: "`wsrep_sync_wait` 7", args: "--sync-wait 7", expected: "less" },
    ],
    seeds: 3,
    told: ["Recorded: transactions are not judged yet."].join(" "),
  },
];
