import { z } from "zod";
import { type Json, jsonSchema } from "#core/json";
import { RUN_FORMAT, VERDICT_FORMAT } from "#core/formats";
import type { FoundDocument, RunDocuments } from "#core/run-documents";
import { formatDuration, type Nanoseconds } from "#core/units";
import { printable, printableValue } from "../printable.ts";
import { type Outcome, outcomeOf } from "../words.ts";

/** A metric as an overview shows it. */
export interface RowMetric {
  readonly name: string;
  /** Null: nothing in the run told it. */
  readonly value: number | null;
  readonly unit: string;
  readonly threshold: number;
  readonly alarm: "above" | "below";
  readonly breached: boolean;
}

/** A promise, and what became of it. */
export interface RowPromise {
  /** Model, with the level and the keys where they narrow it. */
  readonly name: string;
  readonly is: string;
  readonly outcome: string;
}

/** One run in an overview of many. Texts are `printable`, but not escaped for any format. */
export interface RunRow {
  /** Relative to the folder of runs, with `/`. Exact: it names files. */
  readonly path: string;
  /** UTC, ISO 8601. */
  readonly startedAt: string | null;
  readonly target: string | null;
  readonly workload: string | null;
  readonly environment: string | null;
  readonly seed: string | null;
  readonly riftcheck: string | null;
  readonly faults: readonly string[];
  /** Name and value: size, load, options of the target and of the workload. */
  readonly configuration: Readonly<Record<string, string>>;
  /** Equal for runs of one configuration: what they ran, on what, under which faults. The seed is left out. Null: not known. */
  readonly sameAs: string | null;
  /** `null`: no verdict. */
  readonly outcome: Outcome | null;
  readonly summary: string | null;
  readonly how: "complete" | "interrupted" | "failed" | "unfinished" | null;
  readonly promises: readonly RowPromise[];
  /** Verdicts by model. */
  readonly models: Readonly<Record<string, string>>;
  readonly anomalies: Readonly<Record<string, number>>;
  readonly metrics: readonly RowMetric[];
  /** Run time from start to end. */
  readonly duration: Nanoseconds | null;
  readonly hasReport: boolean;
  /** What is not there, and why: sentences. */
  readonly missing: readonly string[];
}

/** Cells are short; the report of the run has the whole text. */
const MAX_CELL = 80;
const MAX_SUMMARY = 300;
const MAX_PROBLEM = 160;

/** One run for an overview. Never throws: what cannot be understood is `missing`. */
export function runRow(documents: RunDocuments): RunRow {
  const missing: string[] = [];
  const record = new Fields(documents.record, "run.json", RUN_FORMAT, missing);
  const verdict = new Fields(documents.verdict, "verdict.json", VERDICT_FORMAT, missing);
  const metrics = new Fields(documents.metrics, "metrics.json", METRICS_FORMAT, missing);
  const ended = record.optional("ended", endedSchema);
  const valid = verdict.get("valid", validSchema);
  if (record.isThere && ended === null)
    missing.push("the run did not end: it is under way, or its harness was killed");
  return {
    path: documents.path,
    startedAt: record.get("startedAt", z.iso.datetime()),
    target: cell(record.get("target", z.string())),
    workload: cell(record.get("workload", z.string())),
    environment: cell(record.get("environment", z.string())),
    seed: cell(record.get("seed", z.string())),
    riftcheck: cell(record.optional("riftcheck", z.string())),
    faults: (record.get("faults", z.array(z.string())) ?? []).map((name) => printable(name, MAX_CELL)),
    configuration: configurationOf(record),
    sameAs: identityOf(record),
    outcome: valid === null ? null : outcomeOf(valid),
    summary: cell(verdict.optional("summary", z.string()), MAX_SUMMARY),
    how: record.isThere ? (ended?.how ?? "unfinished") : null,
    promises: (verdict.optional("expectations", z.array(promiseSchema)) ?? []).map(rowPromise),
    models: printableNames(verdict.optional("models", modelsSchema) ?? {}, ({ verdict: v }) => cell(v)),
    anomalies: printableNames(verdict.get("counts", countsSchema) ?? {}, (count) =>
      count > 0 ? count : null,
    ),
    metrics: (metrics.get("metrics", z.array(metricSchema)) ?? []).map((metric) => ({
      ...metric,
      name: printable(metric.name, MAX_CELL),
      unit: printable(metric.unit, MAX_CELL),
    })),
    duration: ended?.finishedAt ?? null,
    hasReport: documents.hasReport,
    missing: missing.map((sentence) => printable(sentence, MAX_PROBLEM)),
  };
}

/** The number that `metrics.json` begins with. */
const METRICS_FORMAT = 1;

// Wide on purpose: what a later version adds must not hide the rest of the run.
const validSchema = z.union([z.boolean(), z.literal("unknown")]);
const countsSchema = z.record(z.string(), z.int().nonnegative());
const modelsSchema = z.record(z.string(), z.object({ verdict: z.string() }));
const optionsSchema = z.record(z.string(), jsonSchema);
const endedSchema = z.object({
  how: z.enum(["complete", "interrupted", "failed"]),
  finishedAt: z.number().nonnegative(),
});
const promiseSchema = z.object({
  model: z.string(),
  level: z.string().optional(),
  objects: z.string().optional(),
  is: z.string(),
  outcome: z.string(),
});
const metricSchema = z.object({
  name: z.string(),
  value: z.number().nullable(),
  unit: z.string(),
  threshold: z.number(),
  alarm: z.enum(["above", "below"]),
  breached: z.boolean(),
});

/** The fields of one document; each that is not as expected is written down once and read as null. */
class Fields {
  readonly #fields: Readonly<Record<string, unknown>> | undefined;
  readonly #name: string;
  readonly #missing: string[];

  constructor(found: FoundDocument, name: string, newest: number, missing: string[]) {
    this.#name = name;
    this.#missing = missing;
    const problem = problemOf(found, name, newest);
    if (problem === undefined && "value" in found) this.#fields = found.value as Record<string, unknown>;
    else if (problem !== undefined) missing.push(problem);
  }

  get isThere(): boolean {
    return this.#fields !== undefined;
  }

  get<T>(field: string, schema: z.ZodType<T>): T | null {
    if (this.#fields === undefined) return null;
    if (!Object.hasOwn(this.#fields, field)) {
      this.#missing.push(`${this.#name} has no field "${field}"`);
      return null;
    }
    return this.optional(field, schema);
  }

  /** Older versions did without it. */
  optional<T>(field: string, schema: z.ZodType<T>): T | null {
    if (this.#fields === undefined || !Object.hasOwn(this.#fields, field)) return null;
    const result = schema.safeParse(this.#fields[field]);
    if (result.success) return result.data;
    const issue = result.error.issues[0];
    const path = [field, ...(issue?.path.map(String) ?? [])].join(".");
    this.#missing.push(`${this.#name}, field "${path}": ${issue?.message ?? "invalid"}`);
    return null;
  }
}

function problemOf(found: FoundDocument, name: string, newest: number): string | undefined {
  if ("problem" in found) return found.problem;
  const { value } = found;
  if (typeof value !== "object" || value === null || Array.isArray(value)) return `${name} is no JSON object`;
  const { format } = value as { format?: unknown };
  return typeof format === "number" && format > newest
    ? `${name}: format ${format} needs a newer riftcheck (this one reads ${newest})`
    : undefined;
}

const cell = (text: string | null, max = MAX_CELL): string | null =>
  text === null ? null : printable(text, max);

function rowPromise({ model, level, objects, is, outcome }: z.infer<typeof promiseSchema>): RowPromise {
  const scope = [level === undefined ? [] : [`@${level}`], objects === undefined ? [] : [` of ${objects}`]];
  return {
    name: printable(`${model}${scope.flat().join("")}`, MAX_CELL),
    is: printable(is, MAX_CELL),
    outcome: printable(outcome, MAX_CELL),
  };
}

function printableNames<T, V>(
  entries: Readonly<Record<string, T>>,
  valueOf: (value: T) => V | null,
): Record<string, V> {
  return Object.fromEntries(
    Object.entries(entries).flatMap(([name, value]) => {
      const shown = valueOf(value);
      return shown === null ? [] : [[printable(name, MAX_CELL), shown] as const];
    }),
  );
}

/** What a run was, as it is compared: exact values, not what is shown of them. */
function partsOf(record: Fields): Record<string, Json> {
  const nodes = record.optional("nodes", z.array(z.string()));
  const plain: readonly (readonly [string, Json | null])[] = [
    ["nodes", nodes === null ? null : nodes.length],
    ["clients", record.optional("clients", z.number())],
    ["rate", record.optional("rate", z.number())],
    ["time", record.optional("time", z.number())],
  ];
  const target = record.optional("targetOptions", optionsSchema) ?? {};
  const workload = record.optional("workloadOptions", optionsSchema) ?? {};
  const named = (options: Readonly<Record<string, Json>>, prefix: string): [string, Json][] =>
    Object.entries(options).map(([name, value]) => [`${prefix}${name}`, value]);
  return Object.fromEntries([
    ...plain.filter(([, value]) => value !== null),
    ...named(target, "target."),
    ...named(workload, "workload."),
  ]) as Record<string, Json>;
}

function configurationOf(record: Fields): Record<string, string> {
  return Object.fromEntries(
    Object.entries(partsOf(record)).map(([name, value]) => [
      printable(name, MAX_CELL),
      name === "time" && typeof value === "number" ? formatDuration(value) : printableValue(value, MAX_CELL),
    ]),
  );
}

function identityOf(record: Fields): string | null {
  const names = ["target", "workload", "environment"].map((name) => record.optional(name, z.string()));
  const faults = record.optional("faults", z.array(z.string()));
  if (faults === null || names.includes(null)) return null;
  return JSON.stringify([names, faults.toSorted(), Object.entries(partsOf(record)).sort(byName)]);
}

const byName = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number =>
  a < b ? -1 : a > b ? 1 : 0;
