import { replicatedCounter } from "./replicated-counter.ts";

/** Maelstrom's workload of this name. */
export const gCounter = replicatedCounter(
  "g-counter",
  "a replicated counter that only grows (Maelstrom)",
  (random) => random.between(1, 5),
);
