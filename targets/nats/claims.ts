import type { Expectation, Model } from "#core/verdict";
import type { NatsOptions } from "./options.ts";
import { hasDefects, versionOf } from "./version.ts";

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
  /** Names of the faults that may come. */
  readonly faults: readonly string[];
}

/** What JetStream promises with these options, according to its documentation, less what version 2.9.10 is known to break. */
export function claimsOf(options: NatsOptions, weather: Weather): readonly Expectation[] {
  const loss = lossReason(options, weather) ?? defectReason(options, weather);
  const stale = stalenessReason(options, weather) ?? loss;
  return [
    ...READS.map((model) => expectation(model, stale)),
    expectation("no-lost-writes", loss),
    expectation("convergence", loss),
  ];
}

const expectation = (model: Model, reason: string | undefined): Expectation =>
  reason === undefined ? { model, is: "holds" } : { model, is: "may-break", reason };

const copies = ({ replicas }: NatsOptions, nodes: number): number => Math.min(replicas, nodes);

const losesPower = (fault: string): boolean => fault.startsWith("power");

/** Who forgets what it has promised to the others breaks everything that they agree by. */
function lossReason({ syncInterval, syncMount }: NatsOptions, { faults }: Weather): string | undefined {
  return faults.some(losesPower) && syncInterval !== "always" && !syncMount ? LATE_SYNC : undefined;
}

/** What version 2.9 breaks. A leader that dies takes its proposals with it; one that only falls silent keeps them. */
function defectReason(options: NatsOptions, { nodes, faults }: Weather): string | undefined {
  if (!hasDefects(versionOf(options)) || copies(options, nodes) === 1) return undefined;
  if (faults.some((fault) => !fault.startsWith("kill") && !losesPower(fault))) return FORKED;
  return faults.some((fault) => losesPower(fault) || fault === "kill-all") ? RESTARTED : undefined;
}

function stalenessReason(options: NatsOptions, { workload, nodes }: Weather): string | undefined {
  if (workload === "queue") return AT_LEAST_ONCE;
  if (copies(options, nodes) === 1) return undefined;
  return options.allowDirect ? ANY_REPLICA : OLD_LEADER;
}

const AT_LEAST_ONCE = "messages are delivered at least once, and again after others";
const ANY_REPLICA = "direct gets are answered by replicas that may lag behind";
const OLD_LEADER =
  "the leader answers reads by itself: one that was replaced and does not know yet answers with what it has";
const FORKED =
  "in NATS 2.9 a leader that was cut off or paused keeps messages nobody acknowledged at sequences where the others have acknowledged ones";
const RESTARTED =
  "in NATS 2.9 the first messages that are acknowledged after all servers were started again may be gone later, or on some replicas only";
const LATE_SYNC =
  "servers acknowledge before they force data to disk (every 2 minutes unless told otherwise): a majority that loses its power may lose what was acknowledged";
