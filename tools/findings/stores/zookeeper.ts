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
    told: "",
  },
];
