import { z } from "zod";
import { UPDATES } from "../sql/perform.ts";

export const optionsSchema = z.object({
  route: z
    .enum(["sticky", "random", "first"])
    .default("sticky")
    .describe(
      "which node a session asks: sticky = one of its own as long as it answers; random = any, for each operation; first = the first that answers",
    ),
  syncWait: z
    .int()
    .min(0)
    .max(15)
    .default(0)
    .describe("wsrep_sync_wait: what waits until the node has caught up; 1 = reads, 7 = reads and writes"),
  isolation: z
    .enum(["read-uncommitted", "read-committed", "repeatable-read", "serializable"])
    .default("repeatable-read")
    .describe("transaction_isolation"),
  snapshotIsolation: z
    .boolean()
    .default(false)
    .describe("innodb_snapshot_isolation: nobody overwrites what a transaction's snapshot does not show"),
  flushLog: z
    .int()
    .min(0)
    .max(2)
    .default(1)
    .describe(
      "innodb_flush_log_at_trx_commit: 1 = a commit is on disk before it is acknowledged; 2 = in the machine's memory, on disk within a second; 0 = in the server's memory, written within a second",
    ),
  updates: z
    .enum(UPDATES)
    .default("atomic")
    .describe(
      "appends, increments, compare-and-sets and transfers: atomic = one statement; locked = SELECT … FOR UPDATE, then write; read-write = SELECT, then write",
    ),
});
export type GaleraOptions = z.infer<typeof optionsSchema>;
