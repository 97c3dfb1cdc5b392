import type { ConflictRule } from "./conflict-rule.ts";

/** The latest is kept, by whatever the versions call late; the others are lost, though they were acknowledged. */
export const lastWriteWins: ConflictRule = {
  keep: (oldestFirst) => oldestFirst.slice(-1),
  show: (values) => values.slice(-1),
};
