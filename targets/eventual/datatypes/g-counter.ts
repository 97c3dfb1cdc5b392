import { badValue, integerOf, noSuchOperation } from "./arguments.ts";
import { type Counts, mergeCounts, totalOf, withCount } from "./counts.ts";
import type { Datatype } from "./datatype.ts";

/** A counter that only grows: each node counts by itself. Shapiro et al. 2011, specification 6. */
export const gCounter: Datatype<Counts> = {
  update: (counts = {}, action, { dot }) => {
    if (action.f !== "increment") throw noSuchOperation("grow-only counter", action);
    const delta = integerOf(action);
    if (delta < 0) throw badValue(action, "at least 0: a grow-only counter never goes down");
    return { state: withCount(counts, dot.node, delta) };
  },
  merge: mergeCounts,
  read: (counts = {}) => totalOf(counts),
};
