import { formatDuration } from "#core/units";
import { grouped, PROMISE_WORDS, VALID_WORDS } from "../words.ts";
import { metricValue, startText } from "./phrases.ts";
import type { RunRow } from "./row.ts";

/** One line of two runs side by side. */
export interface ComparedRow {
  readonly group: "run" | "configuration" | "promises" | "models" | "anomalies" | "metrics";
  readonly name: string;
  readonly a: string;
  readonly b: string;
  readonly differs: boolean;
  /** What the second is against the first, where that can be said. */
  readonly change: "better" | "worse" | null;
}

/** Stands where one of the two has no such thing. */
const NONE = "–";

type Change = ComparedRow["change"];
type Line = readonly [name: string, a: string | null, b: string | null, change?: Change];

/** Two runs side by side, everything that an overview knows of them. */
export function compareRuns(a: RunRow, b: RunRow): ComparedRow[] {
  return [
    ...rowsOf("run", runLines(a, b)),
    ...rowsOf("configuration", configurationLines(a, b)),
    ...rowsOf("promises", promiseLines(a, b)),
    ...rowsOf(
      "models",
      recordLines(a.models, b.models, (text) => text),
    ),
    ...rowsOf("anomalies", anomalyLines(a, b)),
    ...rowsOf("metrics", metricLines(a, b)),
  ];
}

const rowsOf = (group: ComparedRow["group"], lines: readonly Line[]): ComparedRow[] =>
  lines.map(([name, a, b, change]) => ({
    group,
    name,
    a: a ?? NONE,
    b: b ?? NONE,
    differs: a !== b,
    change: change ?? null,
  }));

function runLines(a: RunRow, b: RunRow): Line[] {
  const line = (name: string, of: (row: RunRow) => string | null): Line => [name, of(a), of(b)];
  const lines: Line[] = [
    line("started", (row) => (row.startedAt === null ? null : startText(row.startedAt))),
    [
      "verdict",
      verdictText(a),
      verdictText(b),
      a.outcome === null || b.outcome === null ? null : changeOf(RANK[a.outcome], RANK[b.outcome]),
    ],
    line("because", ({ summary }) => summary),
    line("ended", ({ how }) => how),
    line("run time", ({ duration }) => (duration === null ? null : formatDuration(duration))),
    line("riftcheck", ({ riftcheck }) => riftcheck),
    line("missing", ({ missing }) => (missing.length === 0 ? null : missing.join("; "))),
  ];
  return lines.filter(([name, left, right]) => name !== "missing" || left !== null || right !== null);
}

const RANK = { holds: 0, unknown: 1, broken: 2 } as const;
const verdictText = ({ outcome }: RunRow): string | null =>
  outcome === null ? null : `${VALID_WORDS[outcome].mark} ${VALID_WORDS[outcome].word}`;

function configurationLines(a: RunRow, b: RunRow): Line[] {
  const line = (name: string, of: (row: RunRow) => string | null): Line => [name, of(a), of(b)];
  return [
    line("target", ({ target }) => target),
    line("workload", ({ workload }) => workload),
    line("environment", ({ environment }) => environment),
    line("faults", ({ faults }) => (faults.length === 0 ? "none" : faults.join(", "))),
    line("seed", ({ seed }) => seed),
    ...recordLines(a.configuration, b.configuration, (text) => text),
  ];
}

function promiseLines(a: RunRow, b: RunRow): Line[] {
  const texts = ({ promises }: RunRow): Record<string, string> =>
    Object.fromEntries(
      promises.map(({ name, is, outcome }) => [
        `${name} ${PROMISE_WORDS[is as keyof typeof PROMISE_WORDS] ?? is}`,
        outcome,
      ]),
    );
  return recordLines(
    texts(a),
    texts(b),
    (text) => text,
    (left, right) => changeOf(outcomeRank(left), outcomeRank(right)),
  );
}

const outcomeRank = (outcome: string): number => (outcome === "broken" ? 2 : outcome === "undecided" ? 1 : 0);

/** Fewer anomalies of a type may be chance: no count is called better or worse, only that there are any. */
const anomalyLines = (a: RunRow, b: RunRow): Line[] =>
  namesOf(a.anomalies, b.anomalies).map((type) => {
    const [left, right] = [a.anomalies[type] ?? 0, b.anomalies[type] ?? 0];
    return [type, grouped(left), grouped(right), changeOf(Math.min(left, 1), Math.min(right, 1))];
  });

function metricLines(a: RunRow, b: RunRow): Line[] {
  const byName = ({ metrics }: RunRow) => new Map(metrics.map((metric) => [metric.name, metric]));
  const [left, right] = [byName(a), byName(b)];
  return [...new Set([...left.keys(), ...right.keys()])].map((name) => {
    const [one, other] = [left.get(name), right.get(name)];
    return [
      name,
      one === undefined ? null : metricValue(one),
      other === undefined ? null : metricValue(other),
      one === undefined || other === undefined
        ? null
        : changeOf(Number(one.breached), Number(other.breached)),
    ];
  });
}

function recordLines(
  a: Readonly<Record<string, string>>,
  b: Readonly<Record<string, string>>,
  textOf: (text: string) => string,
  change?: (a: string, b: string) => Change,
): Line[] {
  return namesOf(a, b).map((name) => {
    const [left, right] = [own(a, name), own(b, name)];
    const changed = left === null || right === null ? null : (change?.(left, right) ?? null);
    return [name, left === null ? null : textOf(left), right === null ? null : textOf(right), changed];
  });
}

const own = (texts: Readonly<Record<string, string>>, name: string): string | null =>
  Object.hasOwn(texts, name) ? (texts[name] ?? null) : null;

const namesOf = (a: object, b: object): string[] => [...new Set([...Object.keys(a), ...Object.keys(b)])];

/** Of two ranks, higher is worse. */
const changeOf = (a: number, b: number): Change => (a === b ? null : b < a ? "better" : "worse");
