import type { Budget } from "#core/budget";
import type { Checker, CheckResult } from "#core/checker";
import { type History, STATUS } from "#core/history";
import { FUNCTIONS } from "#core/functions";
import type { Anomaly } from "#core/verdict";
import { Collector } from "../collector.ts";
import { verdictOf } from "../verdicts.ts";
import { endOf, nodeWords, valueWords, whenWords, whoWords } from "../words.ts";

const ECHO = FUNCTIONS.indexOf("echo");

/** What came back, `observed`, must be what was sent, `value`. O(operations). */
export const echo: Checker = {
  name: "echo",
  summary: "replies that do not repeat what was sent",
  models: ["echo"],
  partition: "none",
  applies: (history) => history.f.includes(ECHO),
  check,
};

function check(history: History, budget: Budget): CheckResult {
  const collector = new Collector();
  let judged = 0;
  for (let row = 0; row < history.length; row++) {
    budget.tick();
    if (history.f[row] !== ECHO || history.status[row] !== STATUS.ok) continue;
    judged++;
    if (history.observedOf(row) !== history.value[row])
      collector.add("wrong-echo", 0, () => anomalyOf(history, row));
  }
  const findings = {
    model: "echo" as const,
    violations: collector.count("wrong-echo"),
    judged,
    undecided: [],
    nothing: "nothing was echoed",
  };
  return { results: [verdictOf(findings, {})], anomalies: collector.anomalies, counts: collector.counts };
}

function anomalyOf(history: History, row: number): Anomaly {
  const got = history.observedOf(row);
  const reply = got < -1 ? "nothing" : valueWords(history.valueOf(got));
  return {
    type: "wrong-echo",
    model: "echo",
    witness: [history.invRank[row]!],
    explanation: `${whoWords(history, row)} sent ${valueWords(history.valueOf(history.value[row]!))} and got ${reply} back${nodeWords(history, row, "from")} ${whenWords(history, endOf(history, row))}`,
  };
}
