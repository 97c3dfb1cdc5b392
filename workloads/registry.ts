import type { Workload } from "#core/workload";
import { broadcast } from "./broadcast.ts";
import { echo } from "./echo.ts";
import { gCounter } from "./g-counter.ts";
import { gSet } from "./g-set.ts";
import { kafka } from "./kafka.ts";
import { linKv } from "./lin-kv.ts";
import { pnCounter } from "./pn-counter.ts";
import { session } from "./session.ts";
import { set } from "./set.ts";
import { txnListAppend } from "./txn-list-append.ts";
import { txnRwRegister } from "./txn-rw-register.ts";
import { uniqueIds } from "./unique-ids.ts";

/** Every workload by name. */
export const workloads: Readonly<Record<string, Workload>> = {
  session,
  set,
  echo,
  "unique-ids": uniqueIds,
  broadcast,
  "g-set": gSet,
  "g-counter": gCounter,
  "pn-counter": pnCounter,
  "lin-kv": linKv,
  kafka,
  "txn-list-append": txnListAppend,
  "txn-rw-register": txnRwRegister,
};
