import { grouped, VALID_WORDS } from "../words.ts";
import { METRIC_LABELS, dayOf, shortNumber, startText } from "./phrases.ts";
import type { RunRow } from "./row.ts";

/** Anomalies of more types than this share the last colour. */
export const TREND_TYPES = 4;
/** On fewer days than this each run has a bar of its own. */
const MIN_DAYS = 3;
/** Bars of single runs: the newest. */
const MAX_RUNS = 120;
const REST = "other types";

/** What the plots of many runs show: data sets by name. `slot` is the place of a colour. */
export interface Trend {
  /** What one bar stands for. */
  readonly unit: "day" | "run";
  /** Types of anomalies by slot. */
  readonly types: readonly string[];
  readonly verdicts: readonly object[];
  readonly anomalies: readonly object[];
  readonly metric: readonly object[];
  readonly threshold: readonly object[];
  /** Bars of every data set: an axis shows them even where nothing is. */
  readonly bars: readonly { readonly at: string; readonly order: number }[];
}

interface Bar {
  readonly at: string;
  readonly order: number;
  readonly runs: readonly RunRow[];
}

/** Verdicts, anomalies and one metric of runs over time. Runs without a time are left out. */
export function trendOf(rows: readonly RunRow[], metric: string | undefined): Trend {
  const timed = rows
    .filter(({ startedAt }) => startedAt !== null)
    .toSorted((a, b) => (startOf(a) < startOf(b) ? -1 : 1));
  const days = Map.groupBy(timed, (row) => dayOf(startOf(row)));
  const unit = days.size >= MIN_DAYS ? "day" : "run";
  const bars: Bar[] =
    unit === "day"
      ? [...days].map(([at, runs], order) => ({ at, order, runs }))
      : timed.slice(-MAX_RUNS).map((row, order) => ({ at: runLabel(row, order), order, runs: [row] }));
  const types = frequentTypes(timed);
  return {
    unit,
    types,
    bars: bars.map(({ at, order }) => ({ at, order })),
    verdicts: bars.flatMap(verdictRows),
    anomalies: bars.flatMap((bar) => anomalyRows(bar, types)),
    metric: metric === undefined ? [] : bars.flatMap((bar) => metricRows(bar, metric)),
    threshold: metric === undefined ? [] : thresholdRows(timed, metric),
  };
}

const startOf = ({ startedAt }: RunRow): string => startedAt ?? "";

/** Runs of one minute still need bars of their own. */
const runLabel = (row: RunRow, order: number): string => `${startText(startOf(row)).slice(5)} #${order + 1}`;

function frequentTypes(rows: readonly RunRow[]): string[] {
  const totals = new Map<string, number>();
  for (const { anomalies } of rows)
    for (const [type, count] of Object.entries(anomalies)) totals.set(type, (totals.get(type) ?? 0) + count);
  const types = [...totals].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)).map(([type]) => type);
  return types.length > TREND_TYPES + 1 ? [...types.slice(0, TREND_TYPES), REST] : types;
}

const OUTCOMES = ["holds", "unknown", "broken"] as const;

function verdictRows({ at, order, runs }: Bar): object[] {
  let low = 0;
  return [...OUTCOMES, null].flatMap((outcome) => {
    const count = runs.filter((row) => row.outcome === outcome).length;
    const row = { at, order, outcome: outcome ?? "none", low, high: low + count, count: grouped(count) };
    low += count;
    return count === 0 ? [] : [{ ...row, word: outcome === null ? "No verdict" : VALID_WORDS[outcome].word }];
  });
}

function anomalyRows({ at, order, runs }: Bar, types: readonly string[]): object[] {
  const sums = types.map((type) =>
    runs.reduce((sum, { anomalies }) => sum + countOf(anomalies, type, types), 0),
  );
  let low = 0;
  return sums.flatMap((count, slot) => {
    const row = { at, order, slot, type: types[slot] ?? "", low, high: low + count, count: grouped(count) };
    low += count;
    return count === 0 ? [] : [row];
  });
}

const countOf = (anomalies: RunRow["anomalies"], type: string, types: readonly string[]): number =>
  type !== REST
    ? (anomalies[type] ?? 0)
    : Object.entries(anomalies).reduce((sum, [name, count]) => sum + (types.includes(name) ? 0 : count), 0);

const metricRows = ({ at, order, runs }: Bar, name: string): object[] =>
  runs.flatMap((run) =>
    run.metrics
      .filter((metric) => metric.name === name && metric.value !== null)
      .map(({ value, unit, breached }) => ({
        at,
        order,
        value,
        alarm: breached ? "alarm" : "fine",
        text: `${shortNumber(value ?? 0)} ${unit}${breached ? ", alarm" : ""}`,
        run: `${run.target ?? "?"} ${run.workload ?? "?"}, seed ${run.seed ?? "?"}`,
      })),
  );

/** Only where all runs had the same: a line that holds for some of them would mislead. */
function thresholdRows(rows: readonly RunRow[], name: string): object[] {
  const thresholds = new Set(
    rows.flatMap(({ metrics }) => metrics.filter((metric) => metric.name === name).map((m) => m.threshold)),
  );
  return thresholds.size === 1 ? [...thresholds].map((threshold) => ({ threshold })) : [];
}

/** Names of the metrics that some run has a value of. */
export const metricNames = (rows: readonly RunRow[]): string[] => [
  ...new Set(rows.flatMap(({ metrics }) => metrics.filter((m) => m.value !== null).map(({ name }) => name))),
];

export const metricLabel = (name: string): string =>
  METRIC_LABELS[name] === undefined ? name : `${METRIC_LABELS[name]} (${name})`;
