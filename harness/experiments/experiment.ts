import type { TopLevelSpec } from "vega-lite";
import type { History } from "#core/history";
import type { Json } from "#core/json";
import type { VerdictDocument } from "#core/run";
import type { FaultSchedule } from "#core/nemesis";
import type { Nanoseconds } from "#core/units";
import type { Subject } from "./subjects.ts";

/** A number, a word, or nothing that could be measured. */
export type Cell = number | string | null;
export type Row = Readonly<Record<string, Cell>>;
/** One mark of the plot. */
export type Point = Readonly<Record<string, Json>>;

export interface Column {
  readonly name: string;
  /** With the unit. */
  readonly title: string;
}

/** One simulated run of an experiment. */
export interface Case {
  readonly subject: Subject;
  /** What tells the cases of one subject apart; becomes the first cells of its row. */
  readonly label: Row;
  readonly workload: string;
  readonly workloadOptions: Readonly<Record<string, unknown>>;
  readonly nodes: number;
  readonly clients: number;
  /** Operations per second; absent: as fast as replies come. */
  readonly rate?: number;
  readonly time: Nanoseconds;
  readonly schedule: FaultSchedule;
}

export interface CaseResult {
  readonly history: History;
  readonly verdict: VerdictDocument;
}

/** A matrix of simulated runs, what is measured in each, and how it is shown. Pure but for the runs. */
export interface Experiment {
  readonly name: string;
  readonly summary: string;
  /** What the numbers mean and where they mislead, for the reader of the table. */
  readonly explanation: string;
  readonly columns: readonly Column[];
  cases(subjects: readonly Subject[], time: Nanoseconds | undefined): readonly Case[];
  measure(one: Case, result: CaseResult): { readonly row: Row; readonly points: readonly Point[] };
  /** Of the data set `points`. */
  readonly plot: TopLevelSpec;
  /** Rows of several cases as one: absent, each case is a row. */
  merge?(rows: readonly Row[]): readonly Row[];
}
