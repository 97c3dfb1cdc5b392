import type { Nanoseconds } from "#core/units";
import { durationFlag } from "./values.ts";

export const ACCEPTABLE_HELP =
  "how long replicas may take to show what is known before triage calls it a design flaw";

/** Undefined: not given. @throws HarnessError `usage` */
export const acceptableDelayFlag = (text: string | undefined): Nanoseconds | undefined =>
  text === undefined ? undefined : durationFlag("--acceptable-delay", text);
