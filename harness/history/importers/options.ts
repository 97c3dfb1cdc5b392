import { HarnessError } from "#core/errors";
import type { Mapping } from "./mapping.ts";

/**
 * What a compare-and-set recorded as failed tells: that the value was another (`observation`), or nothing, for it did not
 * happen (`failure`), as Knossos has it.
 */
export const FAILED_CAS = ["observation", "failure"] as const;
export type FailedCas = (typeof FAILED_CAS)[number];

/** @throws HarnessError `usage` */
export function failedCasFlag(text: string): FailedCas {
  const meaning = FAILED_CAS.find((one) => one === text);
  if (meaning !== undefined) return meaning;
  throw new HarnessError("usage", `--failed-cas: expected ${FAILED_CAS.join(" or ")}, got "${text}"`);
}

export interface ImportOptions {
  /** Default: as the format has it. */
  readonly failedCas?: FailedCas | undefined;
  readonly mapping?: Mapping | undefined;
  /** False: pairs are values, not Jepsen's tuples `[key value]`. Default: found out. */
  readonly tuples?: false;
}
