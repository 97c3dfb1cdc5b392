import type { Expectation, Model } from "#core/verdict";
import type { GaleraOptions } from "./options.ts";

/** What one copy keeps beyond the session guarantees. */
const ORDER: readonly Model[] = [
  "linearizable",
  "sequential",
  "causal",
  "causal-convergent",
  "causal-memory",
  "pram",
];
const SESSION: readonly Model[] = [
  "read-your-writes",
  "monotonic-reads",
  "monotonic-writes",
  "writes-follow-reads",
];

/** What may come over the store. */
export interface Weather {
  readonly nodes: number;
  /** Whether anything is broken. */
  readonly faults: boolean;
  /** Whether nodes are killed at all, and whether machines lose their power. */
  readonly crashes: boolean;
  readonly powerLoss: boolean;
  /** Whether several nodes may be killed within a moment. */
  readonly manyKilled: boolean;
  /** Whether nodes may be killed while links are cut. */
  readonly killedAndCut: boolean;
}

/** wsrep_sync_wait's bits: reads; updates and deletes; inserts. */
const READS = 1;
const EVERYTHING = 7;

/** What MariaDB and Galera promise with these options, according to their documentation. */
export function claimsOf(options: GaleraOptions, weather: Weather): readonly Expectation[] {
  const overwritten = overwriteReason(options);
  const loss = lossReason(options, weather);
  const stale = overwritten ?? loss ?? stalenessReason(options, weather);
  return [
    ...ORDER.map((model) => expectation(model, stale)),
    ...SESSION.map((model) =>
      expectation(model, staysOnOneNode(options, weather) ? (overwritten ?? loss) : stale),
    ),
    expectation("no-lost-writes", overwritten ?? loss),
    expectation("preserved-total", options.isolation === "read-uncommitted" ? UNCOMMITTED : overwritten),
    expectation("convergence", undefined),
  ];
}

const expectation = (model: Model, reason: string | undefined): Expectation =>
  reason === undefined ? { model, is: "holds" } : { model, is: "may-break", reason };

function lossReason(
  { flushLog }: GaleraOptions,
  { nodes, crashes, powerLoss, manyKilled, killedAndCut }: Weather,
): string | undefined {
  const forgets = (crashes && flushLog === 0) || (powerLoss && flushLog !== 1);
  if (nodes === 1) return forgets ? NOT_ON_DISK : undefined;
  if (forgets && manyKilled) return NOT_ON_DISK;
  if (manyKilled) return NOT_APPLIED;
  return killedAndCut ? KNOWN_LOSS : undefined;
}

/** Whether clients that read, then write, overwrite what others wrote in between. */
function overwriteReason({ updates, isolation, snapshotIsolation }: GaleraOptions): string | undefined {
  if (updates !== "read-write" || isolation === "serializable") return undefined;
  return snapshotIsolation && isolation === "repeatable-read" ? undefined : OVERWRITTEN;
}

function stalenessReason(
  { syncWait, isolation, updates }: GaleraOptions,
  { nodes }: Weather,
): string | undefined {
  if (isolation === "read-uncommitted") return UNCOMMITTED;
  if (nodes === 1) return undefined;
  // A conditional write looks at what the node has, as a read does.
  const needed = updates === "atomic" ? EVERYTHING : READS;
  return (syncWait & needed) === needed ? undefined : NOT_APPLIED_YET;
}

/** One node shows a session its own writes, and does not go back: as long as the session need not leave it. */
const staysOnOneNode = ({ route, isolation }: GaleraOptions, { nodes, faults }: Weather): boolean =>
  isolation !== "read-uncommitted" && (nodes === 1 || (route !== "random" && !faults));

const NOT_APPLIED_YET =
  "nodes apply what others committed a little later, and reads do not wait for it (wsrep_sync_wait)";
const NOT_APPLIED =
  "an acknowledged commit is on the disk of one node; the others may still have it in memory when all are killed";
/** Jepsen's report on MariaDB Galera Cluster 12.1.2 of March 2026 found it with innodb_flush_log_at_trx_commit = 1 too. */
const KNOWN_LOSS =
  "Galera is known to lose an acknowledged commit now and then when nodes are killed while links are cut (MDEV-38976)";
const NOT_ON_DISK =
  "innodb_flush_log_at_trx_commit is not 1: an acknowledged commit may not be on any disk yet";
const UNCOMMITTED = "read uncommitted shows what may be rolled back, and transactions half done";
const OVERWRITTEN =
  "below serializable, and without innodb_snapshot_isolation, a transaction may write what it made of a value that others have replaced since";
