import { contradictionWords } from "#core/contradiction-words";
import { type History, NONE, UNENDED } from "#core/history";
import type { RunRecord, VerdictDocument } from "#core/run";
import type { Anomaly } from "#core/verdict";
import { formatDuration } from "#core/units";
import { reportEdges, reportOperation } from "./data/anomalies.ts";
import { promisesOf } from "./data/promises.ts";
import { statsOf } from "./data/stats.ts";
import { wrapped } from "./diagram/cells.ts";
import { toAscii } from "./diagram/glyphs.ts";
import { COLUMNS, textDiagram } from "./diagram/text-diagram.ts";
import { printable } from "./printable.ts";
import type { ReportPromise } from "./schema.ts";
import {
  ANOMALY_WORDS,
  count,
  grouped,
  OUTCOME_WORDS,
  outcomeOf,
  PROMISE_WORDS,
  TRIAGE_WORDS,
  VALID_WORDS,
  VERDICT_WORDS,
} from "./words.ts";

export type TextStyle = "good" | "bad" | "unsure" | "dim" | "strong";

export interface TextOptions {
  /** Colours a piece of text; left out: plain. */
  readonly style?: (style: TextStyle, text: string) => string;
  /** For the operations of witnesses and the counts; left out: the summary does without. */
  readonly history?: History;
  /** Anomalies of each type to draw, of every type; left out: one of each of the first types. */
  readonly anomalies?: number;
  /** Nothing but ASCII. */
  readonly ascii?: boolean;
}

/** Types of which the terminal shows an anomaly unasked; the report has the others. */
const MAX_TYPES = 4;
const MAX_EXPLANATION = 400;
const MAX_NODES = 12;
const MAX_CAUSES = 6;
/** Where the sentences of causes begin. */
const CAUSE_INDENT = 25;

type Paint = NonNullable<TextOptions["style"]>;
interface Pen {
  readonly paint: Paint;
  readonly ascii: boolean;
}

/** The result for a terminal: verdict and cause, models, the worst anomalies with their proof, key figures. Ends without a line feed. */
export function renderText(verdict: VerdictDocument, run?: RunRecord, options: TextOptions = {}): string {
  const paint = options.style ?? ((_style, text) => text);
  const sections = [
    headline(verdict, run, paint),
    promiseLines(promisesOf(verdict), paint),
    (verdict.notes ?? []).map((note) => `  ${printable(note, MAX_EXPLANATION)}`),
    causeLines(verdict, paint),
    anomalyLines(verdict, options, paint),
    figureLines(verdict, options.history),
    warningLines(verdict, paint),
  ];
  const text = sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n");
  return options.ascii === true ? toAscii(text) : text;
}

const OUTCOME_STYLE = { holds: "good", broken: "bad", unknown: "unsure" } as const;
const TRIAGE_STYLE = { flaw: "bad", undetermined: "unsure", delay: "dim" } as const;
const VERDICT_STYLE = {
  satisfied: "good",
  violated: "bad",
  unknown: "unsure",
  "not-applicable": "dim",
} as const;

function headline(verdict: VerdictDocument, run: RunRecord | undefined, paint: Paint): string[] {
  const outcome = outcomeOf(verdict.valid);
  const { mark, word } = VALID_WORDS[outcome];
  const what =
    run === undefined
      ? printable(verdict.file)
      : printable(`${run.target} ${run.workload}, seed ${run.seed}`);
  const lines = [
    `${paint(OUTCOME_STYLE[outcome], `${mark} ${word}`)}  ${paint("strong", what)}`,
    `  ${printable(verdict.summary)}`,
  ];
  if (run !== undefined && run.ended?.how !== "complete") {
    lines.push(
      `  ${paint("unsure", run.ended === undefined ? "The run was cut off." : `The run was ${run.ended.how}.`)}`,
    );
  }
  return lines;
}

function promiseLines(promises: readonly ReportPromise[], paint: Paint): string[] {
  const name = (promise: ReportPromise): string =>
    promise.model + (promise.scope === "" ? "" : ` (${promise.scope})`);
  const width = Math.max(0, ...promises.map((promise) => name(promise).length));
  const undecided = promises.filter(isUnasked);
  const lines = promises
    .filter((promise) => !isUnasked(promise))
    .map((promise) => {
      const { mark, word } = VERDICT_WORDS[promise.verdict];
      const verdict = paint(
        promise.outcome === "met" && promise.verdict === "violated"
          ? "unsure"
          : VERDICT_STYLE[promise.verdict],
        `${mark} ${word.padEnd(14)}`,
      );
      return `  ${verdict} ${name(promise).padEnd(width)}  ${paint("dim", expectationText(promise))}`.trimEnd();
    });
  return [...lines, ...undecidedLines(undecided, { name, width }, paint), ...becauseLines(promises, paint)];
}

/** Undecided, and nobody had promised it. */
const isUnasked = ({ verdict, promised }: ReportPromise): boolean =>
  verdict === "unknown" && promised === null;

/** Models that one reason leaves undecided share a line. */
function undecidedLines(
  undecided: readonly ReportPromise[],
  { name, width }: { readonly name: (promise: ReportPromise) => string; readonly width: number },
  paint: Paint,
): string[] {
  const { mark, word } = VERDICT_WORDS.unknown;
  return [...Map.groupBy(undecided, ({ reason }) => reason)].map(([reason, promises]) => {
    const because = reason === null ? "" : `: ${reason}`;
    const names = promises.map(name).join(", ").padEnd(width);
    const text = `${names}  ${paint("dim", `not promised${because}`)}`;
    return `  ${paint("unsure", `${mark} ${word.padEnd(14)}`)} ${text}`;
  });
}

/** Why it is expected, where one reason stands for all. */
function becauseLines(promises: readonly ReportPromise[], paint: Paint): string[] {
  const reasons = new Set(
    promises.filter(({ promised }) => promised !== null).map(({ promisedBecause }) => promisedBecause),
  );
  const [reason] = reasons;
  return reasons.size === 1 && typeof reason === "string" ? [paint("dim", `  expected: ${reason}`)] : [];
}

function expectationText(promise: ReportPromise): string {
  // How far a bound held says what was proved of it; what follows from another model need not be said.
  const isTold = promise.verdict !== "satisfied" || promise.model === "bounded-staleness";
  const reason = isTold && promise.reason !== null ? `: ${promise.reason}` : "";
  if (promise.promised === null || promise.outcome === null) return `not promised${reason}`;
  return `${PROMISE_WORDS[promise.promised]}, ${OUTCOME_WORDS[promise.outcome]}${reason}`;
}

/** What the anomalies are due to and what that is to the user, the worst first. */
function causeLines({ causes = [], anomalies, counts }: VerdictDocument, paint: Paint): string[] {
  if (causes.length === 0) return [];
  const rest = causes.length - MAX_CAUSES;
  const listed = Map.groupBy(anomalies, ({ type }) => type);
  const unlisted = [...listed].filter(([type, list]) => (counts[type] ?? 0) > list.length);
  return [
    `  ${paint("strong", "Causes")}`,
    ...causes.slice(0, MAX_CAUSES).flatMap(({ class: is, sentence }) => {
      const { mark, word } = TRIAGE_WORDS[is];
      const [first = "", ...more] = wrapped(printable(sentence, MAX_EXPLANATION), COLUMNS - CAUSE_INDENT);
      const indent = " ".repeat(CAUSE_INDENT);
      const label = `${mark} ${word}`.padEnd(CAUSE_INDENT - 4);
      return [`    ${paint(TRIAGE_STYLE[is], label)}${first}`, ...more.map((line) => `${indent}${line}`)];
    }),
    ...(rest > 0 ? [paint("dim", `    and ${count(rest, "more cause")}`)] : []),
    ...(unlisted.length > 0 ? [paint("dim", `    (of the worst ${listedWords(unlisted, counts)})`)] : []),
  ];
}

/** Verdicts list the worst anomalies of each type only: `50 of 9,359 stale read`. */
const listedWords = (
  unlisted: readonly (readonly [Anomaly["type"], readonly Anomaly[]])[],
  counts: VerdictDocument["counts"],
): string =>
  unlisted.map(([type, { length }]) => `${length} of ${grouped(counts[type] ?? 0)} ${type}`).join(", ");

/**
 * The worst anomaly of each type, or as many as were asked for. The same operations often break several models: they are drawn
 * once.
 */
function anomalyLines(
  verdict: VerdictDocument,
  { history, anomalies: asked, ascii = false }: TextOptions,
  paint: Paint,
): string[] {
  const types = typesOf(verdict);
  const shown = asked === undefined ? types.slice(0, MAX_TYPES) : types;
  const drawn = new Map<string, string>();
  const blocks = shown.map((type) => {
    const all = verdict.anomalies.filter((anomaly) => anomaly.type === type);
    const total = Math.max(verdict.counts[type] ?? 0, all.length);
    const { title } = ANOMALY_WORDS[type];
    return [
      `  ${paint("strong", title)} ${paint("dim", `× ${grouped(total)}`)}`,
      ...all
        .slice(0, asked ?? 1)
        .flatMap((anomaly, i) => [
          ...(i > 0 ? [""] : []),
          ...wrapped(printable(anomaly.explanation, MAX_EXPLANATION), COLUMNS - 4).map(
            (line) => `    ${line}`,
          ),
          ...drawingOf(anomaly, history, drawn, { paint, ascii }),
        ]),
    ];
  });
  const lines = blocks.flatMap((block, i) => (i > 0 ? ["", ...block] : block));
  const others = types.slice(shown.length);
  if (others.length > 0)
    lines.push(
      "",
      paint("dim", `  and ${others.map((type) => ANOMALY_WORDS[type].title.toLowerCase()).join(", ")}`),
    );
  return lines;
}

/** Types of anomalies, those that break a promise first. */
function typesOf({ anomalies, expectations }: VerdictDocument): Anomaly["type"][] {
  const broken = new Set(expectations.flatMap(({ model, outcome }) => (outcome === "broken" ? [model] : [])));
  const [first, then] = [true, false].map((wanted) =>
    anomalies.filter(({ model }) => broken.has(model) === wanted).map(({ type }) => type),
  );
  return [...new Set([...(first ?? []), ...(then ?? [])])];
}

function drawingOf(
  anomaly: Anomaly,
  history: History | undefined,
  drawn: Map<string, string>,
  pen: Pen,
): string[] {
  const rows = anomaly.witness.map((index) => history?.rowOf(index) ?? NONE).filter((row) => row !== NONE);
  if (history === undefined || rows.length === 0) return [];
  const operations = rows.sort((a, b) => a - b).map((row) => reportOperation(history, row));
  const diagram = textDiagram(operations, reportEdges(anomaly, operations), {
    ...pen,
    timed: hasTimes(history),
  });
  const picture = diagram.join("\n");
  const title = ANOMALY_WORDS[anomaly.type].title.toLowerCase();
  const same = drawn.get(picture);
  if (same !== undefined) return [pen.paint("dim", `    (drawn above: ${same})`)];
  drawn.set(picture, title);
  return ["", ...diagram];
}

/** One anomaly as the terminal draws it, without colours; empty: none of its operations is in the history. */
export const firstDrawing = (anomaly: Anomaly, history: History): string[] =>
  drawingOf(anomaly, history, new Map(), { paint: (_style, text) => text, ascii: false }).slice(1);

/** Some formats record the order of events alone. */
const hasTimes = ({ invTime, retTime }: History): boolean =>
  invTime.some((time) => time > 0) || retTime.some((time) => time > 0 && time !== UNENDED);

/** Rows of cells with every column as wide as its widest cell. */
function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}

function figureLines(verdict: VerdictDocument, history: History | undefined): string[] {
  const { staleness, convergence, set } = statsOf(verdict, []);
  const figures: [string, string][] = [];
  if (history !== undefined) figures.push(["operations", operationsText(history)]);
  if (set !== null) {
    const others = [
      set.vanished > 0 ? `${grouped(set.vanished)} more read and gone` : [],
      set.diverged > 0 ? `${set.diverged} diverged` : [],
      set.unexpected > 0 ? `${set.unexpected} unexpected` : [],
    ].flat();
    figures.push([
      "elements",
      [`${count(set.acknowledged, "acknowledged", "acknowledged")}, ${set.lost} lost`, ...others].join(", "),
    ]);
  }
  if (staleness !== null && staleness.reads > 0) {
    const behind =
      staleness.stale === 0 || staleness.behind.max === 0
        ? ""
        : `, up to ${formatDuration(staleness.behind.max)} behind`;
    figures.push(["stale reads", `${grouped(staleness.stale)} of ${grouped(staleness.reads)}${behind}`]);
  }
  if (convergence !== null) figures.push(["converged", convergedText(convergence)]);
  return aligned(figures.map(([name, text]) => [`  ${name}`, text]));
}

function operationsText(history: History): string {
  const counts = [0, 0, 0];
  for (let row = 0; row < history.length; row++) counts[history.status[row]!]!++;
  const [ok, fail, info] = counts.map((n) => grouped(n));
  return `${grouped(history.length)}: ${ok} ok, ${fail} failed, ${info} indefinite`;
}

function convergedText(stats: NonNullable<ReturnType<typeof statsOf>["convergence"]>): string {
  const nodes = Object.entries(stats.nodes).slice(0, MAX_NODES);
  const each = nodes.map(
    ([node, { upper }]) =>
      `${printable(node, 40)} ${upper === null ? "never" : `within ${formatDuration(upper)}`}`,
  );
  const diverged =
    stats.divergedKeys > 0 ? [`${count(stats.divergedKeys, "key")} of ${stats.keys} diverged`] : [];
  return [...each, ...diverged].join(", ");
}

function warningLines(verdict: VerdictDocument, paint: Paint): string[] {
  const contradictions = (verdict.contradictions ?? []).map(
    (one) => `  ${paint("bad", "!")} ${printable(contradictionWords(one), MAX_EXPLANATION)}`,
  );
  const warnings = verdict.warnings.map(
    (warning) => `  ${paint("unsure", "!")} ${printable(warning, MAX_EXPLANATION)}`,
  );
  return [...contradictions, ...warnings];
}
