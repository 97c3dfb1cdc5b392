/** Of `run.json`. */
export const RUN_FORMAT = 1;
/** Of `verdict.json`. */
export const VERDICT_FORMAT = 1;
