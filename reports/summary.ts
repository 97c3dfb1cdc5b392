import type { History } from "#core/history";
import type { RunRecord, VerdictDocument } from "#core/run";
import { promisesOf } from "./data/promises.ts";
import { shortNumber } from "./runs/phrases.ts";
import { printable } from "./printable.ts";
import { firstDrawing } from "./text.ts";
import {
  ANOMALY_WORDS,
  count,
  grouped,
  OUTCOME_WORDS,
  outcomeOf,
  PROMISE_WORDS,
  VALID_WORDS,
  VERDICT_WORDS,
} from "./words.ts";

/** What a summary shows of a metric. */
export interface SummaryMetric {
  readonly name: string;
  readonly value: number | null;
  readonly unit: string;
  readonly threshold: number;
  readonly alarm: "above" | "below";
  readonly breached: boolean;
  readonly basis: string;
}

export interface SummaryInput {
  readonly verdict: VerdictDocument;
  readonly run?: RunRecord | undefined;
  readonly metrics?: readonly SummaryMetric[];
  /** For the witness; left out: the summary does without. */
  readonly history?: History;
}

/** One run or file of a summary, already text: its history need not be kept. */
export interface SummaryEntry {
  /** A row of the table of all, without the line feed. */
  readonly row: string;
  readonly outcome: keyof typeof VALID_WORDS | "unreadable";
  /** Blocks of Markdown, the most important first. */
  readonly blocks: readonly string[];
}

/** A comment on a pull request holds 65 536 characters. In bytes of UTF-8. */
export const MAX_SUMMARY_BYTES = 60_000;
const MAX_ROWS = 200;
const MAX_CELL = 300;

/** What one verdict adds to a summary. */
export function summaryEntry({ verdict, run, metrics = [], history }: SummaryInput): SummaryEntry {
  const outcome = outcomeOf(verdict.valid);
  const { mark, word } = VALID_WORDS[outcome];
  const what = run === undefined ? verdict.file : `${run.target} ${run.workload}, seed ${run.seed}`;
  return {
    outcome,
    row: `| ${mark} ${word} | ${text(what)} | ${text(verdict.summary)} |`,
    blocks: [
      `## ${mark} ${word}: ${text(what)}\n\n${text(verdict.summary)}`,
      promiseTable(verdict),
      witnessBlock(verdict, history),
      anomalyTable(verdict),
      metricTable(metrics),
      noteList(verdict),
      run === undefined
        ? ""
        : `<details><summary>Run it again</summary>\n\n${codeBlock(run.command)}\n\n</details>`,
    ].filter((block) => block !== ""),
  };
}

/** A file that could not be judged. */
export const unreadableEntry = (file: string, problem: string): SummaryEntry => ({
  outcome: "unreadable",
  row: `| ! Unreadable | ${text(file)} | ${text(problem)} |`,
  blocks: [`## ! Unreadable: ${text(file)}\n\n${text(problem)}`],
});

const URGENCY = { broken: 0, unreadable: 1, unknown: 2, holds: 3 } as const;

/**
 * Markdown for a pull request or the page of a job: a table where there are several, then each of them, the broken ones
 * first, as far as there is room. What is left out is said. At most `max` bytes of UTF-8.
 */
export function renderSummary(entries: readonly SummaryEntry[], max: number = MAX_SUMMARY_BYTES): string {
  const blocks = [
    ...(entries.length === 1 ? [] : [overview(entries)]),
    ...entries.toSorted((a, b) => URGENCY[a.outcome] - URGENCY[b.outcome]).flatMap((entry) => entry.blocks),
  ];
  const room = max - REST_BYTES;
  let text = "";
  let bytes = 0;
  let left = 0;
  for (const block of blocks) {
    const size = bytesOf(block) + 2;
    if (bytes + size > room) left++;
    else {
      text += `${block}\n\n`;
      bytes += size;
    }
  }
  return left === 0
    ? text
    : `${text}_${count(left, "part")} left out for want of room: the report has them all._\n`;
}

/** Room for the sentence that says what was left out. */
const REST_BYTES = 200;

/** Of UTF-8. */
function bytesOf(text: string): number {
  let bytes = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x1_0000 ? 3 : 4;
  }
  return bytes;
}

function overview(entries: readonly SummaryEntry[]): string {
  const broken = entries.filter(({ outcome }) => outcome === "broken").length;
  const rows = entries
    .toSorted((a, b) => URGENCY[a.outcome] - URGENCY[b.outcome])
    .slice(0, MAX_ROWS)
    .map(({ row }) => row);
  const rest = entries.length - rows.length;
  return [
    `## riftcheck: ${broken === 0 ? "" : `${grouped(broken)} broken of `}${count(entries.length, "history", "histories")}`,
    "",
    ...tableOf(["verdict", "what", "because"], rows),
    ...(rest > 0 ? ["", `and ${grouped(rest)} more`] : []),
  ].join("\n");
}

const tableOf = (head: readonly string[], rows: readonly string[]): string[] => [
  `| ${head.join(" | ")} |`,
  `|${head.map(() => "---|").join("")}`,
  ...rows,
];

/** Models nobody promised anything about are in the report. */
function promiseTable(verdict: VerdictDocument): string {
  const rows = promisesOf(verdict)
    .filter(({ promised }) => promised !== null)
    .map(({ model, scope, promised, outcome, verdict: found, reason }) => {
      const name = scope === "" ? model : `${model} (${scope})`;
      const expected = promised === null ? "" : PROMISE_WORDS[promised];
      const became = outcome === null ? "" : OUTCOME_WORDS[outcome];
      const because = reason === null ? "" : `: ${reason}`;
      return `| ${text(name)} | ${expected} | ${VERDICT_WORDS[found].mark} ${VERDICT_WORDS[found].word} | ${text(became + because)} |`;
    });
  return rows.length === 0 ? "" : tableOf(["promise", "expected", "found", ""], rows).join("\n");
}

/** The first witness, those of broken promises before others, as the terminal draws it. */
function witnessBlock(verdict: VerdictDocument, history: History | undefined): string {
  const broken = new Set(
    verdict.expectations.filter(({ outcome }) => outcome === "broken").map(({ model }) => model),
  );
  const anomaly = verdict.anomalies.find(({ model }) => broken.has(model)) ?? verdict.anomalies[0];
  if (anomaly === undefined) return "";
  const lines = history === undefined ? [] : firstDrawing(anomaly, history);
  const drawing = lines.length === 0 ? "" : `\n\n${codeBlock(unindented(lines).join("\n"))}`;
  return `### First witness: ${ANOMALY_WORDS[anomaly.type].title}\n\n${text(anomaly.explanation)}${drawing}`;
}

function unindented(lines: readonly string[]): string[] {
  const indents = lines
    .filter((line) => line.trim() !== "")
    .map((line) => line.length - line.trimStart().length);
  return lines.map((line) => line.slice(Math.min(...indents)));
}

function anomalyTable({ counts }: VerdictDocument): string {
  const rows = Object.entries(counts)
    .filter(([, n]) => n > 0)
    .map(([type, n]) => `| ${text(type)} | ${grouped(n)} |`);
  return rows.length === 0 ? "" : tableOf(["anomaly", "found"], rows).join("\n");
}

function metricTable(metrics: readonly SummaryMetric[]): string {
  const rows = metrics.map(({ name, value, unit, threshold, alarm, breached, basis }) => {
    const measured = value === null ? "–" : `${shortNumber(value)} ${unit}`;
    return `| ${text(name)} | ${text(measured)} | ${alarm} ${threshold} ${text(unit)} | ${breached ? "✗ alarm" : value === null ? "– not measured" : "✓"} | ${text(basis)} |`;
  });
  return rows.length === 0 ? "" : tableOf(["metric", "value", "alarm", "", "measured from"], rows).join("\n");
}

const noteList = ({ notes = [], warnings }: VerdictDocument): string =>
  [...notes, ...warnings.map((warning) => `Warning: ${warning}`)].map((note) => `- ${text(note)}`).join("\n");

/** ASCII that Markdown or HTML gives a meaning to anywhere, and what does so at the beginning of a line. */
const SPECIAL = /[&<>"`*_{}[\]#|~\\$]|^[-+=]|(?<=^\d+)[.)](?=\s)/g;

/**
 * A recorded text in Markdown that stays what it is: no markup, no cell of a table, nobody mentioned, nothing linked.
 * References to characters are never taken for markup; what GitHub finds by itself (`@name`, addresses) is interrupted by
 * a space of no width.
 */
const text = (recorded: string): string =>
  printable(recorded, MAX_CELL)
    .replace(SPECIAL, (character) => `&#${character.charCodeAt(0)};`)
    .replaceAll("@", "@&#8203;")
    .replaceAll("&#35;", "&#35;&#8203;")
    .replace(/:(?=\/\/)/g, ":&#8203;")
    .replace(/\bwww\./gi, (www) => `${www.slice(0, 3)}&#8203;.`);

/** A fence that nothing inside can close. */
function codeBlock(code: string): string {
  const lines = code.split("\n").map((line) => printable(line));
  const longest = Math.max(2, ...lines.flatMap((line) => (line.match(/`+/g) ?? []).map((run) => run.length)));
  const fence = "`".repeat(longest + 1);
  return `${fence}text\n${lines.join("\n")}\n${fence}`;
}
