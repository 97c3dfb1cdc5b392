import type { Budget } from "#core/budget";
import type { Checker, CheckResult } from "#core/checker";
import { type History, STATUS } from "#core/history";
import { FUNCTIONS } from "#core/functions";
import type { Anomaly } from "#core/verdict";
import { Collector } from "../collector.ts";
import { verdictOf } from "../verdicts.ts";
import { endOf, nodeWords, plural, valueWords, whenWords, whoWords } from "../words.ts";

const GENERATE = FUNCTIONS.indexOf("generate");

/**
 * No two operations may be given one id, whatever came first: each must be the only one. Operations that were given none prove
 * nothing. Ids are equal if their JSON is, whatever the order of its fields. O(operations).
 */
export const uniqueIds: Checker = {
  name: "unique-ids",
  summary: "ids: given out twice",
  models: ["unique-ids"],
  partition: "none",
  applies: (history) => history.f.includes(GENERATE),
  check,
};

function check(history: History, budget: Budget): CheckResult {
  const owners = new Map<number, number[]>();
  for (let row = 0; row < history.length; row++) {
    budget.tick();
    if (history.f[row] !== GENERATE || history.status[row] !== STATUS.ok) continue;
    const id = history.value[row]!;
    const rows = owners.get(id);
    if (rows === undefined) owners.set(id, [row]);
    else rows.push(row);
  }
  const collector = new Collector();
  for (const rows of owners.values()) {
    if (rows.length > 1) collector.add("duplicate-id", rows.length, () => anomalyOf(history, rows));
  }
  const findings = {
    model: "unique-ids" as const,
    violations: collector.count("duplicate-id"),
    judged: owners.size,
    undecided: [],
    nothing: "no id was given out",
  };
  return { results: [verdictOf(findings, {})], anomalies: collector.anomalies, counts: collector.counts };
}

/** The first two prove it. */
function anomalyOf(history: History, rows: readonly number[]): Anomaly {
  const [one, other] = rows.slice(0, 2) as [number, number];
  const owner = (row: number): string =>
    `${whoWords(history, row)}${nodeWords(history, row, "by")} ${whenWords(history, endOf(history, row))}`;
  const more = rows.length === 2 ? "" : `, and ${plural(rows.length - 2, "more time")}`;
  return {
    type: "duplicate-id",
    model: "unique-ids",
    witness: [history.invRank[one]!, history.invRank[other]!],
    explanation: `the id ${valueWords(history.valueOf(history.value[one]!))} was given to ${owner(one)} and again to ${owner(other)}${more}`,
  };
}
