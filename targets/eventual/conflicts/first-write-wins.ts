import type { ConflictRule } from "./conflict-rule.ts";

/**
 * The earliest is shown. The others must be kept until something supersedes them: if a replica dropped them, an update that
 * superseded the earliest alone would meet some of them on one replica and none on another.
 */
export const firstWriteWins: ConflictRule = {
  keep: (oldestFirst) => oldestFirst,
  show: (values) => values.slice(0, 1),
};
