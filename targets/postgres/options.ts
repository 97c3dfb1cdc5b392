import { z } from "zod";
import { UPDATES } from "../sql/perform.ts";

export const optionsSchema = z.object({
  failover: z
    .enum(["lease", "unfenced", "none"])
    .default("lease")
    .describe(
      "lease = a majority promotes another node once the primary has stopped; unfenced = without waiting for it to stop; none = the first node stays primary",
    ),
  sync: z
    .int()
    .min(0)
    .default(0)
    .describe(
      "standbys that must confirm each commit: synchronous_standby_names = 'ANY n (…)'; 0: asynchronous",
    ),
  synchronousCommit: z
    .enum(["off", "on", "remote_apply"])
    .default("on")
    .describe(
      "synchronous_commit: off = not even on this node's disk; remote_apply = readable on the standbys",
    ),
  fsync: z
    .enum(["on", "off"])
    .default("on")
    .describe(
      "fsync: off = what is called written may be in the machine's memory only, and gone with its power",
    ),
  readFrom: z
    .enum(["primary", "standby", "any"])
    .default("primary")
    .describe("which node clients read from: the primary, a random standby, or any node"),
  isolation: z
    .enum(["read-committed", "repeatable-read", "serializable"])
    .default("read-committed")
    .describe("default_transaction_isolation"),
  updates: z
    .enum(UPDATES)
    .default("atomic")
    .describe(
      "appends, increments, compare-and-sets and transfers: atomic = one statement; locked = SELECT … FOR UPDATE, then write; read-write = SELECT, then write",
    ),
});
export type PostgresOptions = z.infer<typeof optionsSchema>;
