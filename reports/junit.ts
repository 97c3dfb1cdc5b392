import type { Contradiction } from "#core/contradiction";
import { contradictionWords } from "#core/contradiction-words";
import type { RunRecord, VerdictDocument } from "#core/run";
import { printable } from "./printable.ts";
import type { SummaryMetric } from "./summary.ts";
import { MODEL_WORDS, PROMISE_WORDS } from "./words.ts";

type ExpectationOutcome = VerdictDocument["expectations"][number];

/** How many anomalies a failure message quotes. */
const MAX_QUOTED = 5;

/**
 * The verdict as JUnit XML: one test case per expectation (broken: failure; undecided: skipped), one for the run itself,
 * which is an error if the run did not complete, an error for each contradiction of checkers, and one for each metric: an
 * alarm fails only with `gate`, where it breaks the run too; without a value: skipped. Elapsed times are seconds.
 */
export function renderJunit(
  verdict: VerdictDocument,
  run?: RunRecord,
  { metrics = [], gate = false }: JunitMetrics = {},
): string {
  const { contradictions = [] } = verdict;
  const suite = run === undefined ? "riftcheck" : `riftcheck.${run.target}.${run.workload}`;
  const cases = [
    ...(run === undefined ? [] : [runCase(suite, run)]),
    ...verdict.expectations.map((expectation) => expectationCase(suite, expectation, verdict)),
    ...contradictions.map((one) => contradictionCase(suite, one)),
    ...metrics.map((metric) => metricCase(suite, metric, gate)),
  ];
  const having = (outcome: ExpectationOutcome["outcome"]): number =>
    verdict.expectations.filter((expectation) => expectation.outcome === outcome).length;
  const failures = having("broken") + (gate ? metrics.filter(({ breached }) => breached).length : 0);
  const skipped = having("undecided") + metrics.filter(isUnmeasured).length;
  const errors = contradictions.length + (run === undefined || run.ended?.how === "complete" ? 0 : 1);
  const totals = {
    tests: cases.length,
    failures,
    errors,
    skipped,
    time: (verdict.elapsedMs / 1000).toFixed(3),
  };
  const timestamp = run === undefined ? {} : { timestamp: run.startedAt };
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${attributes({ name: "riftcheck", ...totals })}>`,
    `  <testsuite${attributes({ name: suite, ...totals, ...timestamp })}>`,
    ...(run === undefined ? [] : [properties(run)]),
    ...cases,
    "  </testsuite>",
    "</testsuites>",
    "",
  ].join("\n");
}

export interface JunitMetrics {
  readonly metrics?: readonly SummaryMetric[];
  /** Whether alarms break the run. */
  readonly gate?: boolean;
}

const isUnmeasured = ({ value, breached }: SummaryMetric): boolean => value === null && !breached;

function metricCase(suite: string, metric: SummaryMetric, gate: boolean): string {
  const { name, value, unit, alarm, threshold, breached, basis } = metric;
  const limit = `${alarm === "above" ? "at most" : "at least"} ${threshold} ${unit}`;
  const head = `    <testcase${attributes({ classname: suite, name: `${name} ${limit}` })}`;
  const found = value === null ? basis : `${value} ${unit}: ${basis}`;
  if (isUnmeasured(metric)) return `${head}><skipped${attributes({ message: basis })}/></testcase>`;
  if (breached && gate) return `${head}>${element("failure", found, found)}</testcase>`;
  return `${head}><system-out>${escapeXml(printable(`${breached ? "alarm: " : ""}${found}`))}</system-out></testcase>`;
}

function properties(run: RunRecord): string {
  const entries = { command: run.command, seed: run.seed, environment: run.environment };
  const lines = Object.entries(entries).map(
    ([name, value]) => `      <property${attributes({ name, value })}/>`,
  );
  return ["    <properties>", ...lines, "    </properties>"].join("\n");
}

function runCase(suite: string, run: RunRecord): string {
  const time = ((run.ended?.finishedAt ?? 0) / 1e9).toFixed(3);
  const head = attributes({ classname: suite, name: "the run completes", time });
  if (run.ended?.how === "complete") return `    <testcase${head}/>`;
  const message = run.ended === undefined ? "the run was cut off" : `the run was ${run.ended.how}`;
  return `    <testcase${head}>${element("error", message, run.ended?.error ?? message)}</testcase>`;
}

function contradictionCase(suite: string, contradiction: Contradiction): string {
  const { satisfied, violated } = contradiction;
  const name = `checkers agree on ${satisfied.model} and ${violated.model}`;
  const words = contradictionWords(contradiction);
  return `    <testcase${attributes({ classname: suite, name })}>${element("error", words, words)}</testcase>`;
}

function expectationCase(suite: string, expectation: ExpectationOutcome, verdict: VerdictDocument): string {
  const head = `    <testcase${attributes({ classname: suite, name: nameOf(expectation) })}`;
  const reason = reasonOf(expectation, verdict);
  switch (expectation.outcome) {
    case "met":
      return `${head}/>`;
    case "surprise":
      return `${head}><system-out>${escapeXml("expected to break, and did not")}</system-out></testcase>`;
    case "undecided":
      return `${head}>${`<skipped${attributes({ message: reason })}/>`}</testcase>`;
    case "broken":
      return `${head}>${element("failure", reason, detailsOf(expectation, verdict))}</testcase>`;
    default:
      return expectation.outcome satisfies never;
  }
}

function nameOf(expectation: ExpectationOutcome): string {
  const scope = [expectation.level, expectation.objects].filter((part) => part !== undefined).join(", ");
  return `${expectation.model} ${PROMISE_WORDS[expectation.is]}${scope === "" ? "" : ` (${scope})`}`;
}

function reasonOf(expectation: ExpectationOutcome, verdict: VerdictDocument): string {
  const anomaly = verdict.anomalies.find((each) => each.model === expectation.model);
  const found = verdict.models[expectation.model];
  return (
    found?.reason ??
    anomaly?.explanation ??
    `${MODEL_WORDS[expectation.model].title}: ${found?.verdict ?? "not judged"}`
  );
}

function detailsOf(expectation: ExpectationOutcome, verdict: VerdictDocument): string {
  const anomalies = verdict.anomalies.filter((anomaly) => anomaly.model === expectation.model);
  const lines = anomalies
    .slice(0, MAX_QUOTED)
    .map((anomaly) => `${anomaly.type}: ${printable(anomaly.explanation)}`);
  const rest = anomalies.length - lines.length;
  return [MODEL_WORDS[expectation.model].promise, ...lines, ...(rest > 0 ? [`and ${rest} more`] : [])].join(
    "\n",
  );
}

const element = (name: string, message: string, body: string): string =>
  `<${name}${attributes({ message, type: name })}>${escapeXml(body)}</${name}>`;

const attributes = (values: Readonly<Record<string, string | number>>): string =>
  Object.entries(values)
    .map(([name, value]) => ` ${name}="${escapeXml(printable(String(value))).replaceAll("\n", " ")}"`)
    .join("");

const ENTITIES: Readonly<Record<string, string>> = {
  "<": "&lt;",
  ">": "&gt;",
  "&": "&amp;",
  '"': "&quot;",
  "'": "&apos;",
};
/** What XML 1.0 does not allow even as a reference; tab and line feed stay. */
const NOT_XML = /[\u0000-\u0008\u000b-\u001f\ufffe\uffff]/g;

const escapeXml = (text: string): string =>
  text
    .toWellFormed()
    .replace(NOT_XML, "")
    .replace(/[<>&"']/g, (character) => ENTITIES[character] ?? "");
