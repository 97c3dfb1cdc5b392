import { transactions } from "./transactions.ts";

/** Maelstrom's workload of this name: recorded, not judged yet. */
export const txnListAppend = transactions(
  "txn-list-append",
  "transactions over lists: reads and appends (Maelstrom)",
  "append",
);
