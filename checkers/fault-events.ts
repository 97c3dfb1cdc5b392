import type { History } from "#core/history";
import type { TimedFaultEvent } from "#core/operation";
import { once } from "./once.ts";

/**
 * What happened to faults, without those that never came into force since there was nobody to hit: nothing can be due to them, and
 * nothing recovers from them.
 */
export const faultEvents: (history: History) => readonly TimedFaultEvent[] = once(({ faults }) => {
  const never = new Set(
    faults.flatMap(({ id, phase, error }) => (phase === "healed" && error !== undefined ? [id] : [])),
  );
  for (const { id, phase } of faults) if (phase === "started") never.delete(id);
  return never.size === 0 ? faults : faults.filter(({ id }) => !never.has(id));
});
