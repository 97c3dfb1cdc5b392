/** One JSON file of a run folder as it was found: parsed but not validated, or why it is not there to read. */
export type FoundDocument = { readonly value: unknown } | { readonly problem: string };

/** What an overview needs of one run folder; the history is not read. */
export interface RunDocuments {
  /** Relative to the folder of runs, with `/`; `.`: that folder itself. */
  readonly path: string;
  readonly record: FoundDocument;
  readonly verdict: FoundDocument;
  readonly metrics: FoundDocument;
  /** Whether a report lies beside them. */
  readonly hasReport: boolean;
}
