import type { Expectation, Model } from "#core/verdict";
import type { EtcdOptions } from "./options.ts";

/** What reads decide, and what a read of an old copy may break. */
const READS: readonly Model[] = [
  "linearizable",
  "sequential",
  "causal",
  "causal-convergent",
  "causal-memory",
  "pram",
  "read-your-writes",
  "monotonic-reads",
];
/** Writes are in one order, which is that of every copy: even an old copy shows no later write without an earlier one. */
const WRITES: readonly Model[] = ["monotonic-writes", "writes-follow-reads", "no-lost-writes", "convergence"];

/** What may come over the store. */
export interface Weather {
  readonly workload: string;
  readonly nodes: number;
  /** Whether processes are stopped from running for a while. */
  readonly pauses: boolean;
}

/** What etcd promises with these options, according to its documentation and the bugs known of version 3.4.23. */
export function claimsOf(options: EtcdOptions, weather: Weather): readonly Expectation[] {
  const reason = reasonOf(options, weather);
  return [
    ...READS.map(
      (model): Expectation => (reason === undefined ? holds(model) : { model, is: "may-break", reason }),
    ),
    ...WRITES.map(holds),
  ];
}

const holds = (model: Model): Expectation => ({ model, is: "holds" });

function reasonOf({ reads, lease }: EtcdOptions, { workload, nodes, pauses }: Weather): string | undefined {
  if (workload === "lock") return lease === 0 ? undefined : LEASE;
  if (nodes === 1) return undefined;
  if (reads === "serializable") return OWN_COPY;
  return pauses ? PAUSE : undefined;
}

const OWN_COPY = "a serializable read is answered from the node's own copy, which may be old";
const PAUSE =
  "in etcd before 3.4.42 a read that is asked for again while its leader is paused may be answered from before the pause";
const LEASE = "a lock goes with its lease, and a holder that is slower than that goes on believing in it";
