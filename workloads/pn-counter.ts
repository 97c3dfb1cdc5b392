import { replicatedCounter } from "./replicated-counter.ts";

/** Maelstrom's workload of this name. */
export const pnCounter = replicatedCounter(
  "pn-counter",
  "a replicated counter that grows and shrinks (Maelstrom)",
  (random) => random.between(1, 5) * (random.chance(0.5) ? 1 : -1),
);
