import { twoPhaseSet, type TwoPhases } from "../datatypes/2p-set.ts";
import type { Datatype } from "../datatypes/datatype.ts";
import { withoutElement } from "../datatypes/elements.ts";
import type { Bug } from "./bug.ts";

const reAdding: Datatype<TwoPhases> = {
  ...twoPhaseSet,
  update: (state, action, stamp) => {
    const updated = twoPhaseSet.update(state, action, stamp);
    if (action.f !== "add") return updated;
    const { added, removed } = updated.state;
    return { state: { added, removed: withoutElement(removed, action.value) } };
  },
};

export const twoPhaseSetReAdds: Bug = {
  name: "2p-set-re-adds",
  mistake: "An add takes the tombstone of its element away, in a set whose merge knows of no such thing.",
  effect:
    "A removed item comes back where it was added again, and vanishes once more when an old tombstone arrives.",
  expected: { model: "crdt-semantics", anomaly: "resurrected-element" },
  shownBy: {
    options: { preset: "crdt", sets: "2p-set" },
    workload: "shopping-cart",
    workloadOptions: { putBackRatio: 0.2 },
    faults: [],
  },
  datatypes: (datatypes) => ({ ...datatypes, set: reAdding as Datatype }),
};
