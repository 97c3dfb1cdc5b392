/** What the harness tells each supervisor: the JSON text on its command line. */
export interface Settings {
  readonly node: string;
  /** Address of every node by name; the first is the first primary. */
  readonly hosts: Readonly<Record<string, string>>;
  readonly failover: "none" | "lease" | "unfenced";
  /** Standbys that must confirm a commit. */
  readonly sync: number;
  readonly synchronousCommit: string;
  readonly fsync: "on" | "off";
}

/** Everything that a node keeps; a file system of its own where power may be lost. Belongs to the user that PostgreSQL runs as. */
export const HOME = "/var/lib/riftcheck";

export const POSTGRES_PORT = 5432;
export const SUPERVISOR_PORT = 8008;

/** How often the leader shows that it is there. */
export const HEARTBEAT_MS = 200;
/** To answer a heartbeat takes milliseconds. */
export const REQUEST_MAX_MS = 500;
/** To say how a vote would go takes a look at the log. */
export const TRIAL_MAX_MS = 1_000;
/** Who votes lets go of the old primary first, and applies all that it received. */
export const VOTE_MAX_MS = 8_000;
/** Without the word of a majority for this long a leader ends its PostgreSQL. */
export const LEASE_MS = 2_000;
/** More than a follower keeps still than the lease lasts: the time that ending PostgreSQL may take. */
export const MARGIN_MS = 1_000;
/** Followers begin to vote at different times. */
export const JITTER_MS = 600;

export const majorityOf = (nodes: number): number => Math.floor(nodes / 2) + 1;
