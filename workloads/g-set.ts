import { growingSet } from "./growing-set.ts";

/** Maelstrom's workload of this name. */
export const gSet = growingSet("g-set", "a replicated set that only grows (Maelstrom)", "set");
