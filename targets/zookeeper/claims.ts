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

/** What may come over the store. */
export interface Weather {
  readonly nodes: number;
  /** Whether anything is broken at all. */
  readonly faults: boolean;
}

/** What ZooKeeper promises with these options, according to its documentation. */
export function claimsOf(options: ZookeeperOptions, weather: Weather): readonly Expectation[] {
  const reason = reasonOf(options, weather);
  const model: Model = "linearizable";
  return [
    reason === undefined ? { model, is: "holds" } : { model, is: "may-break", reason },
    ...ALWAYS.map((always): Expectation => ({ model: always, is: "holds" })),
  ];
}

function reasonOf({ reads }: ZookeeperOptions, { nodes, faults }: Weather): string | undefined {
  if (nodes === 1 || reads === "quorum") return undefined;
  if (reads === "local") return OWN_COPY;
  return faults ? OLD_LEADER : undefined;
}

const OWN_COPY = "a server answers reads from its own copy, which may be old";
const OLD_LEADER =
  "a leader answers sync without asking a majority: one that was replaced and has not noticed may know less than its successor";
