import type { ClaimsContext } from "#core/target";
import type { Settings } from "../options.ts";

/** What a claim may depend on: the switches, and what the run will do. */
export interface Asked {
  readonly settings: Settings;
  readonly context: ClaimsContext;
}

/** Whether every object is a register that one process writes at a time, or all at once. */
export const isSingleWriter = ({ context }: Asked): boolean =>
  context.objects.every(({ type, order }) => type === "register" && order === "single-writer");

/** Whether all nodes tell the same time, always. */
export const clocksAgree = ({ settings, context }: Asked): boolean =>
  settings.clockSkew === 0 && !context.faults.some((name) => name.startsWith("clock"));

/**
 * Whether each write of one process is newer than its last, whichever node takes it: what it saw of its own goes along (Lamport
 * times, vectors), or the clocks agree.
 */
export const ordersOwnWrites = (asked: Asked): boolean =>
  asked.settings.versioning !== "wall-clock" || clocksAgree(asked);

/** Whether sessions never leave their home: only faults drive them away. */
export const staysHome = ({ settings, context }: Asked): boolean =>
  settings.reads === "home" && context.faults.length === 0;

/** Whether on one node versions order even those writes as they came that did not see each other. */
export const ordersAll = (asked: Asked): boolean =>
  asked.settings.versioning === "lamport" ||
  (asked.settings.versioning === "wall-clock" && clocksAgree(asked));
