import { MILLISECOND, type Nanoseconds, SECOND } from "#core/units";
import type { ScriptedCase } from "../case.ts";
import type { Pass } from "./pass.ts";

/** Moments of a run at which something is begun or ended, in order. */
function momentsOf({ load, schedule }: ScriptedCase): Nanoseconds[] {
  const moments = [
    ...load.operations.map(({ at }) => at),
    ...schedule.flatMap((fault) => [fault.at, fault.at + fault.for]),
  ];
  return [...new Set(moments)].sort((a, b) => a - b);
}

/** The same case with every moment moved; faults keep at least a millisecond. */
export function movedBy(one: ScriptedCase, move: (at: Nanoseconds) => Nanoseconds): ScriptedCase {
  return {
    ...one,
    time: Math.max(MILLISECOND, move(one.time)),
    schedule: one.schedule.map((fault) => {
      const at = move(fault.at);
      return { ...fault, at, for: Math.max(MILLISECOND, move(fault.at + fault.for) - at) };
    }),
    load: {
      ...one.load,
      operations: one.load.operations.map((operation) => ({ ...operation, at: move(operation.at) })),
    },
  };
}

/** The operations end when the last of them or the last fault does. */
export const earlierEnd: Pass = {
  name: "end",
  *candidates(one) {
    const last = momentsOf(one).at(-1) ?? 0;
    for (const after of [MILLISECOND, 10 * MILLISECOND, 100 * MILLISECOND, SECOND]) {
      if (last + after < one.time) yield { ...one, time: last + after };
    }
  },
};

/** Shortens the time between two moments: what comes later comes earlier. */
export const shorterGaps: Pass = {
  name: "gaps",
  *candidates(one) {
    const moments = [0, ...momentsOf(one)];
    for (let i = moments.length - 1; i > 0; i--) {
      const start = moments[i - 1]!;
      const gap = moments[i]! - start;
      for (const shorter of [MILLISECOND, 10 * MILLISECOND, Math.round(gap / 4), Math.round(gap / 2)]) {
        // Ever smaller steps would take for ever and say no more.
        if (gap - shorter < MILLISECOND) continue;
        yield movedBy(one, (at) => (at > start ? at - (gap - shorter) : at));
      }
    }
  },
};

const GRIDS: readonly Nanoseconds[] = [
  SECOND,
  500 * MILLISECOND,
  100 * MILLISECOND,
  10 * MILLISECOND,
  MILLISECOND,
];

/** Round times, the roundest first. */
export const roundTimes: Pass = {
  name: "round times",
  *candidates(one) {
    const moments = [...momentsOf(one), one.time];
    for (const grid of GRIDS) {
      if (moments.every((at) => at % grid === 0)) return;
      yield movedBy(one, (at) => Math.round(at / grid) * grid);
      yield movedBy(one, (at) => Math.ceil(at / grid) * grid);
    }
  },
};
