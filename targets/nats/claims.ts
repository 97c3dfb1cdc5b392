import type { Expectation, Model } from "#core/verdict";
import type { NatsOptions } from "./options.ts";

/** What sessions see of the keys. */
const READS: readonly Model[] = [
  "linearizable",
  "read-your-writes",
  "monotonic-reads",
  "monotonic-writes",
  "writes-follow-reads",
];

/** What may come over the store. */
export interface Weather {
  readonly workload: string;
  readonly nodes: number;
  /** Whether servers lose their power. */
  readonly powerLoss: boolean;
}

/** What JetStream promises with these options, according to its documentation. */
export function claimsOf(options: NatsOptions, weather: Weather): readonly Expectation[] {
  const loss = weather.powerLoss ? LATE_SYNC : undefined;
  const stale = staleness(options, weather) ?? loss;
  return [
    ...READS.map((model) => expectation(model, stale)),
    expectation("no-lost-writes", loss),
    expectation("convergence", undefined),
  ];
}

const expectation = (model: Model, reason: string | undefined): Expectation =>
  reason === undefined ? { model, is: "holds" } : { model, is: "may-break", reason };

function staleness({ allowDirect, replicas }: NatsOptions, { workload, nodes }: Weather): string | undefined {
  if (workload === "queue") return AT_LEAST_ONCE;
  if (Math.min(replicas, nodes) === 1) return undefined;
  return allowDirect ? ANY_REPLICA : OLD_LEADER;
}

const AT_LEAST_ONCE = "messages are delivered at least once, and again after others";
const ANY_REPLICA = "direct gets are answered by replicas that may lag behind";
const OLD_LEADER =
  "the leader answers reads by itself: one that was replaced and does not know yet answers with what it has";
const LATE_SYNC =
  "servers acknowledge before they force data to disk: a majority that loses its power may lose what was acknowledged";
