import type { Mapping } from "./mapping.ts";

/**
 * What a compare-and-set recorded as failed tells: that the value was another (`observation`), or nothing, for it did not
 * happen (`failure`), as Knossos has it.
 */
export const FAILED_CAS = ["observation", "failure"] as const;
export type FailedCas = (typeof FAILED_CAS)[number];

export interface ImportOptions {
  /** Default: as the format has it. */
  readonly failedCas?: FailedCas | undefined;
  readonly mapping?: Mapping | undefined;
}
