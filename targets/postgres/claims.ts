import type { Expectation, Model } from "#core/verdict";
import type { PostgresOptions } from "./options.ts";
import { majorityOf } from "./supervisor/settings.ts";

/** What one copy that answers every request keeps. */
const SINGLE_COPY: readonly Model[] = [
  "linearizable",
  "sequential",
  "causal",
  "causal-convergent",
  "causal-memory",
  "pram",
  "read-your-writes",
  "monotonic-reads",
  "monotonic-writes",
  "writes-follow-reads",
  "unique-ids",
];

/** What may come over the store. */
export interface Weather {
  readonly nodes: number;
  /** Whether processes are killed, and whether paused, slow or made to wait. */
  readonly crashes: boolean;
  readonly pauses: boolean;
  /** Whether machines lose their power. */
  readonly powerLoss: boolean;
}

/** What PostgreSQL and the supervisors promise with these options. */
export function claimsOf(options: PostgresOptions, weather: Weather): readonly Expectation[] {
  const damage = options.fsync === "off" && weather.powerLoss ? NOT_FORCED : undefined;
  const loss = damage ?? lossReason(options, weather);
  const stale = loss ?? stalenessReason(options, weather);
  const overwritten = overwriteReason(options);
  return [
    ...SINGLE_COPY.map((model) => expectation(model, stale ?? overwritten)),
    expectation("no-lost-writes", loss ?? shownEarlyReason(options, weather) ?? overwritten),
    expectation("preserved-total", damage ?? overwritten),
    expectation("convergence", damage),
  ];
}

const expectation = (model: Model, reason: string | undefined): Expectation =>
  reason === undefined ? { model, is: "holds" } : { model, is: "may-break", reason };

/** Whether clients that read, then write, overwrite what others wrote in between. */
const overwriteReason = ({ updates, isolation }: PostgresOptions): string | undefined =>
  updates === "read-write" && isolation === "read-committed" ? OVERWRITTEN : undefined;

/** What was read and then lost makes reads go back in time too. */
function lossReason(
  { failover, sync, synchronousCommit }: PostgresOptions,
  { nodes, crashes }: Weather,
): string | undefined {
  if (crashes && synchronousCommit === "off") return NOT_ON_DISK;
  if (failover === "none" || nodes === 1) return undefined;
  // A commit is on the primary and on `sync` standbys, and every majority that elects must have one of them in it.
  if (sync < nodes - majorityOf(nodes)) return ASYNCHRONOUS;
  return synchronousCommit === "off" ? NOT_ON_DISK : undefined;
}

/** What a standby shows is on the primary and on itself: a majority of three nodes, but not of five. */
function shownEarlyReason({ failover, readFrom }: PostgresOptions, { nodes }: Weather): string | undefined {
  if (failover === "none" || nodes === 1) return undefined;
  return nodes > 3 || readFrom !== "primary" ? SHOWN_EARLY : undefined;
}

function stalenessReason(
  { failover, readFrom }: PostgresOptions,
  { nodes, pauses }: Weather,
): string | undefined {
  if (nodes === 1) return undefined;
  if (readFrom !== "primary") return STANDBY;
  if (failover === "unfenced") return TWO_PRIMARIES;
  return failover === "lease" && pauses ? OVERSLEPT : undefined;
}

const STANDBY = "standbys apply commits after the primary has shown them";
const TWO_PRIMARIES = "a primary that is cut off answers reads while the majority has another one";
const OVERSLEPT = "a primary that is paused for longer than its lease may answer a read before it notices";
const ASYNCHRONOUS =
  "replication is asynchronous: the standby that is promoted may lack acknowledged commits, and the old primary acknowledges more until it stops";
const SHOWN_EARLY =
  "a standby shows commits that too few nodes may have for them to last when the primary is replaced";
const NOT_FORCED =
  "fsync = off: what was called written may be gone with the power, and what is left may not fit together";
const NOT_ON_DISK = "synchronous_commit = off: acknowledged commits may not have left the server's memory";
const OVERWRITTEN =
  "read committed lets a transaction write what it made of a value that others have replaced since";
