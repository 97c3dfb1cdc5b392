import { type TimeVersion, timeVersioning } from "./time-version.ts";
import type { Versioning } from "./versioning.ts";

/** Later than all that the node and the client have seen: causes come before effects. Lamport 1978. */
export const lamport: Versioning<TimeVersion> = {
  ...timeVersioning(({ lamport: time }, seen) => Math.max(time, ...seen.map(({ t }) => t + 1))),
  lamport: ({ t }) => t,
};
