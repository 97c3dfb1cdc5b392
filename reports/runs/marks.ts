import type { RunRow } from "./row.ts";

/**
 * What changed since the runs before of the same configuration. `regressed`: worse than the run before it; `new`: an
 * anomaly that none of the earlier runs had; `again`: one that earlier runs had, but not the one before; `better`: a
 * better verdict than the run before.
 */
export interface Mark {
  readonly kind: "regressed" | "new" | "again" | "better";
  readonly text: string;
}

export interface MarkedRun {
  readonly row: RunRow;
  readonly marks: readonly Mark[];
  /** The run it was compared with; null: it is the first of its configuration, or did not come to its end. */
  readonly before: string | null;
}

const RANK = { holds: 0, unknown: 1, broken: 2 } as const;
const WORDS = { holds: "held", unknown: "was undecided", broken: "was broken" } as const;

/** Only runs that came to their end and have a verdict are compared: how far another one got is chance. */
const isComparable = (row: RunRow): boolean =>
  row.sameAs !== null && row.how === "complete" && row.outcome !== null && row.startedAt !== null;

/** The runs, newest first; those without a time come last. O(n log n). */
export function markRuns(rows: readonly RunRow[]): MarkedRun[] {
  const earlier = new Map<string, { last: RunRow; seen: Set<string> }>();
  const marked = rows.toSorted(byTime).map((row): MarkedRun => {
    if (!isComparable(row)) return { row, marks: [], before: null };
    const group = row.sameAs ?? "";
    const known = earlier.get(group);
    const seen = known?.seen ?? new Set<string>();
    const marks = known === undefined ? [] : marksOf(row, known.last, seen);
    for (const type of Object.keys(row.anomalies)) seen.add(type);
    earlier.set(group, { last: row, seen });
    return { row, marks, before: known?.last.path ?? null };
  });
  return marked.reverse();
}

/** ISO 8601 in UTC sorts as text once the Z is gone, with or without fractions of a second. */
const timeOf = ({ startedAt }: RunRow): string => startedAt?.replace(/Z$/, "") ?? "";

function byTime(a: RunRow, b: RunRow): number {
  const [one, other] = [timeOf(a), timeOf(b)];
  return one !== other ? (one < other ? -1 : 1) : a.path < b.path ? -1 : 1;
}

function marksOf(row: RunRow, before: RunRow, seen: ReadonlySet<string>): Mark[] {
  return [...verdictMarks(row, before), ...metricMarks(row, before), ...anomalyMarks(row, before, seen)];
}

function verdictMarks({ outcome }: RunRow, before: RunRow): Mark[] {
  if (outcome === null || before.outcome === null || outcome === before.outcome) return [];
  const text = `the run before ${WORDS[before.outcome]}`;
  return [{ kind: RANK[outcome] > RANK[before.outcome] ? "regressed" : "better", text }];
}

function metricMarks({ metrics }: RunRow, before: RunRow): Mark[] {
  const alarmed = new Map(before.metrics.map(({ name, breached }) => [name, breached]));
  return metrics
    .filter(({ name, breached }) => breached && alarmed.get(name) === false)
    .map(({ name }) => ({ kind: "regressed", text: `${name} raised no alarm in the run before` }));
}

function anomalyMarks({ anomalies }: RunRow, before: RunRow, seen: ReadonlySet<string>): Mark[] {
  return Object.keys(anomalies)
    .filter((type) => !Object.hasOwn(before.anomalies, type))
    .map((type) =>
      seen.has(type)
        ? { kind: "again", text: `${type}: not in the run before, but in an earlier one` }
        : { kind: "new", text: `${type}: in no earlier run` },
    );
}
