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

/** What Redis promises with these options, according to its documentation. */
export function claimsOf(options: RedisOptions, nodes: number): readonly Expectation[] {
  const stale = stalenessReason(options, nodes);
  const loss = lossReason(options, nodes);
  return [
    ...SINGLE_COPY.map((model) => expectation(model, stale)),
    expectation("no-lost-writes", loss),
    expectation("convergence", undefined),
  ];
}

const expectation = (model: Model, reason: string | undefined): Expectation =>
  reason === undefined ? { model, is: "holds" } : { model, is: "may-break", reason };

function stalenessReason(options: RedisOptions, nodes: number): string | undefined {
  if (options.appendfsync === "off") return EMPTY;
  if (nodes === 1) return undefined;
  if (options.topology === "sentinel") return FAILOVER;
  return options.readFrom === "primary" ? undefined : REPLICA;
}

function lossReason(options: RedisOptions, nodes: number): string | undefined {
  if (options.topology === "sentinel" && nodes > 1) return FAILOVER;
  if (options.appendfsync === "off") return EMPTY;
  return options.appendfsync === "always" ? undefined : LATE_SYNC[options.appendfsync];
}

const EMPTY = "without persistence a killed primary starts empty, and its replicas copy that";
const REPLICA = "replicas apply writes after the primary has acknowledged them";
const FAILOVER =
  "replication is asynchronous: the primary that a failover chooses may lack acknowledged writes, and the old one acknowledges more until it is demoted";
const LATE_SYNC = {
  everysec: "the append-only file is forced to disk once a second: what came since can be lost",
  no: "the append-only file reaches the disk when the operating system likes",
};
