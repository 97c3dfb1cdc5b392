import { OWNER_LABEL, thisOwner } from "./owner.ts";

/**
 * Everything riftcheck makes carries this label. Containers, networks and volumes have the run's id as value, images
 * `IMAGE_LABEL_VALUE`: they are kept between runs.
 */
export const LABEL = "riftcheck";
export const IMAGE_LABEL_VALUE = "image";

export const labelsOf = (run: string): Record<string, string> => ({
  [LABEL]: run,
  [OWNER_LABEL]: thisOwner(),
});

/** Docker's list filter: of one run, or of every run. */
export const labelFilter = (run?: string): { label: string[] } => ({
  label: [run === undefined ? LABEL : `${LABEL}=${run}`],
});

/** What Docker allows in a name, from a run id. */
export const nameOf = (run: string, ...parts: readonly string[]): string =>
  ["riftcheck", run, ...parts].join("-").replace(/[^a-zA-Z0-9_.-]/g, "_");
