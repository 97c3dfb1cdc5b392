import { FLAG, type History } from "#core/history";
import { FUNCTIONS } from "#core/functions";
import type { CheckResult } from "#core/checker";
import { rowsWhere } from "../../checkers/groups.ts";
import { ABOUT_THE_END } from "./expectations.ts";

/** What of a history is judged together. */
export interface Part {
  readonly history: History;
  /** The level asked for by the reads in it; absent: none was named. */
  readonly level?: string;
  /** Which models its verdicts are about: what became of the data is asked of all levels together. */
  readonly about: "everything" | "the-run" | "the-end";
}

const READS: ReadonlySet<number> = new Set((["read", "contains"] as const).map((f) => FUNCTIONS.indexOf(f)));

/**
 * Cuts a history whose reads name levels (`quorum`, `replica`, …) in one part for each level, with the reads of that level and
 * everything that is no read: a read promises what its own level promises, and updates belong to every level. Reads that name
 * none make a part of their own. A history whose reads name no level is one part, and nothing is copied.
 */
export function partsOf(history: History): Part[] {
  const rowsOf = readsByLevel(history);
  if (rowsOf.size === 0) return [{ history, about: "everything" }];
  const others = rowsWhere(history.length, (row) => !isLevelled(history, row));
  const levels = [...rowsOf].map(([level, rows]): Part => {
    const part = history.select([...others, ...rows]);
    return { history: part, ...(level === undefined ? {} : { level }), about: "the-run" };
  });
  return [...levels, { history, about: "the-end" }];
}

/** Final reads tell of the data, not of the level they were made at. */
const isLevelled = (history: History, row: number): boolean =>
  READS.has(history.f[row]!) && (history.flags[row]! & FLAG.final) === 0;

/** The levels that reads name; undefined: some reads, or all, name none. */
export function levelsOf(history: History): (string | undefined)[] {
  const levels = [...readsByLevel(history).keys()];
  return levels.length === 0 ? [undefined] : levels;
}

/** Rows of reads by level; empty where no read names one. */
function readsByLevel(history: History): ReadonlyMap<string | undefined, number[]> {
  if (history.levelNames.length === 0) return new Map();
  const rows = rowsWhere(history.length, (row) => isLevelled(history, row));
  const found = Map.groupBy(rows, (row) => history.levelOf(row));
  return found.size === 1 && found.has(undefined) ? new Map() : found;
}

/** What a checker found, reduced to what the part is judged for, and marked with its level. */
export function ofPart({ level, about }: Pick<Part, "level" | "about">, found: CheckResult): CheckResult {
  if (about === "everything") return found;
  const counts = (of: { readonly model: CheckResult["results"][number]["model"] }): boolean =>
    ABOUT_THE_END.includes(of.model) === (about === "the-end");
  const mark = level === undefined ? {} : { level };
  const anomalies = found.anomalies.filter(counts).map((anomaly) => ({ ...anomaly, ...mark }));
  const types = new Set<string>(anomalies.map(({ type }) => type));
  return {
    results: found.results.filter(counts).map((result) => ({ ...result, ...mark })),
    anomalies,
    counts: Object.fromEntries(Object.entries(found.counts).filter(([type]) => types.has(type))),
    ...(found.stats === undefined ? {} : { stats: renamed(found.stats, level) }),
  };
}

/** Measurements of one level beside those of others: `staleness@replica`. */
const renamed = (stats: NonNullable<CheckResult["stats"]>, level: string | undefined): typeof stats =>
  level === undefined
    ? stats
    : Object.fromEntries(Object.entries(stats).map(([name, value]) => [`${name}@${level}`, value]));
