import { transactions } from "./transactions.ts";

/** Maelstrom's workload of this name: recorded, not judged yet. */
export const txnRwRegister = transactions(
  "txn-rw-register",
  "transactions over registers: reads and writes (Maelstrom)",
  "w",
);
