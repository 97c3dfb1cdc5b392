import { catchUp } from "./catch-up.ts";
import type { Experiment } from "./experiment.ts";
import { partition } from "./partition.ts";
import { quorums } from "./quorums.ts";
import { staleness } from "./staleness.ts";

/** Every experiment by name: those that `subjects.ts` names. */
export const experiments: Readonly<Record<string, Experiment>> = {
  staleness,
  partition,
  "catch-up": catchUp,
  quorums,
};
