import type { Expectation, Model } from "#core/verdict";
import type { RedisOptions } from "./options.ts";

/** What one copy that answers every request keeps. */
const SINGLE_COPY: readonly Model[] = [
  "linearizable",
  "read-your-writes",
  "monotonic-reads",
  "monotonic-writes",
  "writes-follow-reads",
];

/** What may come over the store. */
export interface Weather {
  readonly nodes: number;
  /** Whether processes are killed or machines lose their power. */
  readonly crashes: boolean;
  /** Whether replicas leave and come back. Left out: they stay. */
  readonly leaves?: boolean;
}

/** What Redis promises with these options, according to its documentation. */
export function claimsOf(options: RedisOptions, weather: Weather): readonly Expectation[] {
  const loss = lossReason(options, weather);
  const stale = stalenessReason(options, weather) ?? loss;
  return [
    ...SINGLE_COPY.map((model) => expectation(model, stale)),
    expectation("no-lost-writes", loss),
    expectation("convergence", undefined),
  ];
}

const expectation = (model: Model, reason: string | undefined): Expectation =>
  reason === undefined ? { model, is: "holds" } : { model, is: "may-break", reason };

function stalenessReason({ readFrom }: RedisOptions, { nodes, leaves }: Weather): string | undefined {
  if (leaves === true && readFrom !== "primary") return LEFT;
  return nodes === 1 || readFrom === "primary" ? undefined : REPLICA;
}

/** What was read and then lost makes reads go back in time too. */
function lossReason(
  { topology, appendfsync }: RedisOptions,
  { nodes, crashes }: Weather,
): string | undefined {
  if (topology !== "replication" && nodes > 1) return FAILOVER;
  return crashes && appendfsync !== "always" ? LATE_SYNC[appendfsync] : undefined;
}

const LEFT = "a replica that left the cluster answers by itself";
const REPLICA = "replicas apply writes after the primary has acknowledged them";
const FAILOVER =
  "replication is asynchronous: the primary that a failover chooses may lack acknowledged writes, and the old one acknowledges more until it is demoted";
const LATE_SYNC = {
  everysec: "the append-only file is forced to disk once a second: what came since a crash can lose",
  off: "without persistence a killed primary starts empty, and its replicas copy that",
  no: "the append-only file reaches the disk when the operating system likes",
};
