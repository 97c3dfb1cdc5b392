import { integerOf, noSuchOperation } from "./arguments.ts";
import { type Counts, mergeCounts, totalOf, withCount } from "./counts.ts";
import type { Datatype } from "./datatype.ts";

export type UpAndDown = { readonly up: Counts; readonly down: Counts };

export const UNCOUNTED: UpAndDown = { up: {}, down: {} };

/** What each node added and what it took away, as two counters that grow. Shapiro et al. 2011, specification 7. */
export const pnCounter: Datatype<UpAndDown> = {
  update: (state = UNCOUNTED, action, { dot }) => {
    if (action.f !== "increment") throw noSuchOperation("counter", action);
    const delta = integerOf(action);
    const side = delta < 0 ? "down" : "up";
    return { state: { ...state, [side]: withCount(state[side], dot.node, Math.abs(delta)) } };
  },
  merge: (a, b) => ({ up: mergeCounts(a.up, b.up), down: mergeCounts(a.down, b.down) }),
  read: ({ up, down } = UNCOUNTED) => totalOf(up) - totalOf(down),
};
