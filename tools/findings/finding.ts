import type { Model } from "#core/verdict";

/** One way to run what is measured: as it is known to break, or with what is said to mend it. */
export interface Variant {
  readonly name: string;
  /** In a few words, for the table. */
  readonly words: string;
  /** After the finding's own arguments. */
  readonly args?: string;
  /** Whether the anomaly is expected; `less`: of fewer operations. */
  readonly expected: "shows" | "does not" | "less";
}

/** Something known of a real store, and how it is measured again. */
export interface Finding {
  /** Of its folder of runs. */
  readonly name: string;
  readonly store: string;
  /** What others found, or what the store's documentation says. */
  readonly known: string;
  readonly source: string;
  /** What has to be violated for it to have shown; absent: the histories are recorded, and no checker decides them. */
  readonly breaks?: { readonly model: Model; readonly objects?: string };
  /** Arguments of `riftcheck run` that all variants share. */
  readonly args: string;
  readonly variants: readonly Variant[];
  /** How many seeds, from 1. */
  readonly seeds: number;
  /** What came out, and why, as read from histories and logs. */
  readonly told: string;
}

/** The words after `riftcheck run`, without `--seed` and `--out`. */
export const argumentsOf = (finding: Finding, variant: Variant): string[] =>
  `${finding.args} ${variant.args ?? ""}`.trim().split(/\s+/);
