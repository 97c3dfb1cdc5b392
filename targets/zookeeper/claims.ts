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

/** What may come over the servers. */
export interface Weather {
  readonly nodes: number;
  /** Names of the faults that may come. */
  readonly faults: readonly string[];
}

/** What ZooKeeper promises with these options, according to its documentation, less what version 3.8.0 is known to break. */
export function claimsOf(options: ZookeeperOptions, { nodes, faults }: Weather): readonly Expectation[] {
  const defect = nodes > 1 && faults.length > 0 ? GAP : undefined;
  return [
    expectation("linearizable", reasonOf(options, nodes) ?? defect),
    ...ALWAYS.map((model) => expectation(model, defect)),
  ];
}

const expectation = (model: Model, reason: string | undefined): Expectation =>
  reason === undefined ? { model, is: "holds" } : { model, is: "may-break", reason };

function reasonOf({ reads }: ZookeeperOptions, nodes: number): string | undefined {
  if (nodes === 1 || reads === "quorum") return undefined;
  return reads === "local" ? OWN_COPY : OLD_LEADER;
}

/** Of the kind of ZOOKEEPER-4712 and -4785. Which later version is free of it nobody has seen here. */
const GAP =
  "a server that changes leaders may be made to cut its log and never be sent what it lost: seen with 3.8.0, whose own digests then do not match";
const OWN_COPY = "a server answers reads from its own copy, which may be old";
/** ZOOKEEPER-1675; for the second half `CommitProcessor.matchSyncs`. Leaders are replaced in quiet weather too, where a machine is busy. */
const OLD_LEADER =
  "a leader answers sync without asking a majority, and to its own clients without waiting: what others have seen committed it may not have applied";
