import type { RunRecord, VerdictDocument } from "#core/run";
import { printable } from "./printable.ts";
import type { SummaryMetric } from "./summary.ts";
import { PROMISE_WORDS } from "./words.ts";

/** A line that GitHub Actions shows beside the job and on the file. */
export interface Annotation {
  readonly level: "error" | "warning" | "notice";
  readonly title: string;
  readonly message: string;
  readonly file?: string;
  readonly line?: number;
}

/** GitHub shows as many of a level for each step; the last says how many there are. */
const MAX_OF_LEVEL = 10;
const MAX_MESSAGE = 1_000;

/** What a verdict is worth telling: broken promises are errors, undecided ones and alarms warnings. */
export function annotationsOf(
  verdict: VerdictDocument,
  { run, metrics = [], gate = false }: AnnotationOptions = {},
): Annotation[] {
  const { file } = verdict;
  const what = run === undefined ? "" : `${run.target} ${run.workload}, seed ${run.seed}: `;
  const promises = verdict.expectations.flatMap(({ model, is, outcome }): Annotation[] => {
    const title = `riftcheck: ${model} ${PROMISE_WORDS[is]}`;
    const found = verdict.anomalies.find((anomaly) => anomaly.model === model)?.explanation;
    const message = `${what}${outcome}: ${found ?? verdict.models[model]?.reason ?? verdict.summary}`;
    if (outcome === "broken") return [{ level: "error", title, message, file }];
    if (outcome === "undecided") return [{ level: "warning", title, message, file }];
    return outcome === "surprise"
      ? [{ level: "notice", title, message: `${what}expected to break, and did not`, file }]
      : [];
  });
  const contradictions = (verdict.contradictions ?? []).map(
    (): Annotation => ({
      level: "error",
      title: "riftcheck: checkers contradict each other",
      message: `${what}${verdict.summary}`,
      file,
    }),
  );
  const alarms = metrics
    .filter(({ breached }) => breached)
    .map(
      ({ name, value, unit, alarm, threshold, basis }): Annotation => ({
        level: gate ? "error" : "warning",
        title: `riftcheck: ${name}`,
        message: `${what}${value === null ? "" : `${value} ${unit}, alarm ${alarm} ${threshold}: `}${basis}`,
        file,
      }),
    );
  const all = [...contradictions, ...promises, ...alarms];
  if (all.some(({ level }) => level !== "notice")) return all;
  const level = verdict.valid === true ? "notice" : verdict.valid === false ? "error" : "warning";
  return [...all, { level, title: "riftcheck", message: `${what}${verdict.summary}`, file }];
}

export interface AnnotationOptions {
  readonly run?: RunRecord | undefined;
  readonly metrics?: readonly SummaryMetric[];
  /** Alarms of metrics break the run. */
  readonly gate?: boolean;
}

/** Workflow commands, a line each; whatever a message holds stays on its line and within it. */
export function annotationLines(annotations: readonly Annotation[]): string[] {
  return [...Map.groupBy(annotations, ({ level }) => level).values()].flatMap((all) => {
    if (all.length <= MAX_OF_LEVEL) return all.map(commandOf);
    const rest = all.length - MAX_OF_LEVEL + 1;
    const [first] = all;
    const last = {
      level: first?.level ?? "notice",
      title: "riftcheck",
      message: `and ${rest} more`,
    } as const;
    return [...all.slice(0, MAX_OF_LEVEL - 1), last].map(commandOf);
  });
}

function commandOf({ level, title, message, file, line }: Annotation): string {
  const properties = {
    ...(file === undefined ? {} : { file }),
    ...(line === undefined ? {} : { line }),
    title,
  };
  const text = Object.entries(properties)
    .map(([name, value]) => `${name}=${escapedProperty(String(value))}`)
    .join(",");
  return `::${level} ${text}::${escapedMessage(printable(message, MAX_MESSAGE))}`;
}

const escapedMessage = (text: string): string =>
  text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");

const escapedProperty = (text: string): string =>
  escapedMessage(text).replaceAll(":", "%3A").replaceAll(",", "%2C");

/** A line that GitHub would take for a command, wherever it comes from: `::name …::`, or the older `##[name]`. */
const COMMAND = /^\s*::|##\[/m;

/**
 * A text for the log of GitHub Actions: recorded values in it are never taken for commands. `token`: a word that nobody can
 * guess; the text must not hold it.
 */
export const withoutCommands = (text: string, token: string): string =>
  COMMAND.test(text) ? `::stop-commands::${token}\n${text.replace(/\n?$/, "\n")}::${token}::\n` : text;

/** The same for JSON, which means the same afterwards. */
export const jsonWithoutCommands = (json: string): string => json.replaceAll("##[", "#\\u0023[");
