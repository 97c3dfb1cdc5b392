import { growingSet } from "./growing-set.ts";

/** Every message must reach every node: Maelstrom's workload of this name. The messages of a node are a set that grows. */
export const broadcast = growingSet(
  "broadcast",
  "messages that must reach every node (Maelstrom)",
  "messages",
);
