import type { Expectation, Model } from "#core/verdict";
import type { ZookeeperOptions } from "./options.ts";

/** Writes are in one order, and a session sees more and more of it, whichever server it is with: it tells each what it has seen. */
const ALWAYS: readonly Model[] = [
  "sequential",
  "causal",
  "causal-convergent",
  "causal-memory",
  "pram",
  "read-your-writes",
  "monotonic-reads",
  "monotonic-writes",
  "writes-follow-reads",
  "no-lost-writes",
  "convergence",
];

/** What ZooKeeper promises with these options, according to its documentation. */
export function claimsOf(options: ZookeeperOptions, nodes: number): readonly Expectation[] {
  const reason = reasonOf(options, nodes);
  const model: Model = "linearizable";
  return [
    reason === undefined ? { model, is: "holds" } : { model, is: "may-break", reason },
    ...ALWAYS.map((always): Expectation => ({ model: always, is: "holds" })),
  ];
}

function reasonOf({ reads }: ZookeeperOptions, nodes: number): string | undefined {
  if (nodes === 1 || reads === "quorum") return undefined;
  return reads === "local" ? OWN_COPY : OLD_LEADER;
}

const OWN_COPY = "a server answers reads from its own copy, which may be old";
/** ZOOKEEPER-1675. Leaders are replaced in quiet weather too, where a machine is busy or a collector stops one. */
const OLD_LEADER =
  "a leader answers sync without asking a majority: one that was replaced and has not noticed may know less than its successor";
