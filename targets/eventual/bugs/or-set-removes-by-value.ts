import type { Json } from "#core/json";
import type { Datatype } from "../datatypes/datatype.ts";
import { type Elements, hasElement, union, withElement } from "../datatypes/elements.ts";
import { EMPTY, type ObservedSet, orSet } from "../datatypes/or-set.ts";
import type { Bug } from "./bug.ts";

type Buried = { readonly set: ObservedSet; readonly removed: Elements };
const NONE: Buried = { set: EMPTY, removed: [] };

const byValue: Datatype<Buried> = {
  update: (state = NONE, action, stamp) => {
    const { state: set, ...told } = orSet.update(state.set, action, stamp);
    const removed = action.f === "remove" ? withElement(state.removed, action.value) : state.removed;
    return { ...told, state: { set, removed } };
  },
  merge: (a, b) => ({ set: orSet.merge(a.set, b.set), removed: union(a.removed, b.removed) }),
  read: ({ set, removed } = NONE) =>
    (orSet.read(set) as readonly Json[]).filter((element) => !hasElement(removed, element)),
};

export const orSetRemovesByValue: Bug = {
  name: "or-set-removes-by-value",
  mistake: "A remove leaves a tombstone for the value, not for the adds that it saw.",
  effect: "An item that was removed once can never be added again, and concurrent adds of it vanish.",
  expected: { model: "crdt-semantics", anomaly: "remove-wins-over-concurrent-add" },
  shownBy: {
    options: { preset: "cart-orset" },
    workload: "shopping-cart",
    workloadOptions: { putBackRatio: 0.2 },
    faults: [],
  },
  datatypes: (datatypes) => ({ ...datatypes, set: byValue as Datatype }),
};
