import type { Json } from "#core/json";
import {
  convergenceStatsSchema,
  lagStatsSchema,
  setStatsSchema,
  stalenessStatsSchema,
  type VerdictDocument,
} from "#core/run";
import type { z } from "zod";
import { printable, printableValue } from "../printable.ts";
import type { FaultBand, ReportData } from "../schema.ts";
import { faultsBetween } from "./faults.ts";

export interface ReportStats
  extends Pick<ReportData, "staleness" | "stalenessLevel" | "lag" | "convergence" | "set"> {
  /** Measurements that are there but could not be read: sentences. */
  readonly problems: readonly string[];
}

/** The checkers' measurements, each of them optional and read with care: a verdict may come from another version. */
export function statsOf(verdict: VerdictDocument, bands: readonly FaultBand[]): ReportStats {
  const problems: string[] = [];
  const read = <T>(name: string, schema: z.ZodType<T>): T | null => {
    const value: Json | undefined = verdict.stats[name];
    if (value === undefined) return null;
    const parsed = schema.safeParse(value);
    if (parsed.success) return parsed.data;
    problems.push(`The measurement "${name}" of this verdict has a form that this version cannot read.`);
    return null;
  };
  const set = read("set", setStatsSchema);
  const level = levelOf(verdict);
  const staleness = read(`staleness${level}`, stalenessStatsSchema);
  return {
    staleness,
    stalenessLevel: printable(level.slice(1), 60),
    lag: read(staleness === null ? "set-lag" : `lag${level}`, lagStatsSchema),
    convergence: read("convergence", convergenceStatsSchema),
    set: set === null ? null : { ...set, lostElements: lostElements(set.lostElements, bands) },
    problems,
  };
}

/** Reads of several levels are measured apart: the level that most stale reads asked for, as `@<level>`. */
function levelOf({ stats }: VerdictDocument): string {
  if (stats["staleness"] !== undefined) return "";
  const levels = Object.entries(stats).flatMap(([name, value]) => {
    const parsed = name.startsWith("staleness@") ? stalenessStatsSchema.safeParse(value) : undefined;
    return parsed?.success === true
      ? [{ level: name.slice(name.indexOf("@")), stale: parsed.data.stale }]
      : [];
  });
  return levels.toSorted((a, b) => b.stale - a.stale)[0]?.level ?? "";
}

type LostElement = z.infer<typeof setStatsSchema>["lostElements"][number];

function lostElements(
  elements: readonly LostElement[],
  bands: readonly FaultBand[],
): NonNullable<ReportData["set"]>["lostElements"] {
  return [...elements]
    .sort((a, b) => a.acknowledgedAt - b.acknowledgedAt)
    .map((lost) => ({
      key: printable(lost.key, 60),
      element: printableValue(lost.element),
      acknowledgedAt: lost.acknowledgedAt,
      onlyRead: lost.onlyRead,
      node: lost.node === null ? null : printable(lost.node, 60),
      process: lost.process,
      faults: faultsBetween(bands, lost.acknowledgedAt, lost.acknowledgedAt),
    }));
}
