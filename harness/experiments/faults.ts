import type { FaultSchedule } from "#core/nemesis";
import type { Nanoseconds } from "#core/units";

/** One fault on named nodes, from a time until the operations end. */
export const untilTheEnd = (
  fault: string,
  on: readonly string[],
  from: Nanoseconds,
  time: Nanoseconds,
): FaultSchedule => [{ id: 1, at: from, for: time, fault, on: [...on], parameters: {} }];
