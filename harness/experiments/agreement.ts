import type { ConvergenceStats } from "#core/run";
import { convergenceStatsSchema } from "#core/run";
import { MILLISECOND } from "#core/units";
import type { CaseResult, Cell, Row } from "./experiment.ts";

/** After updates had stopped and faults were healed: when all nodes agreed, and what was gone or different then. */
export function agreement({ verdict }: CaseResult): Row {
  const stats = verdict.stats["convergence"];
  const found = stats === undefined ? undefined : convergenceStatsSchema.parse(stats);
  return {
    after: bound(found, ({ lower }) => lower),
    before: bound(found, ({ upper }) => upper),
    lost: verdict.counts["lost-write"] ?? 0,
    diverged: found?.divergedKeys ?? null,
  };
}

/** The latest of all nodes, in milliseconds; null where some node never agreed, or nobody looked. */
function bound(
  stats: ConvergenceStats | undefined,
  of: (node: ConvergenceStats["nodes"][string]) => number | null,
): Cell {
  const times = Object.values(stats?.nodes ?? {}).map(of);
  if (times.length === 0 || times.includes(null) || (stats?.divergedKeys ?? 0) > 0) return null;
  return Math.max(...(times as number[])) / MILLISECOND;
}

export const AGREEMENT_COLUMNS = [
  { name: "after", title: "agreed after (ms)" },
  { name: "before", title: "and before (ms)" },
  { name: "lost", title: "lost writes" },
  { name: "diverged", title: "keys that never agreed" },
] as const;
