import { twoPhaseSet, type TwoPhases } from "../datatypes/2p-set.ts";
import type { Datatype } from "../datatypes/datatype.ts";
import { union } from "../datatypes/elements.ts";
import type { Bug } from "./bug.ts";

const forgetful: Datatype<TwoPhases> = {
  ...twoPhaseSet,
  merge: (a, b) => ({ added: union(a.added, b.added), removed: a.removed }),
};

export const twoPhaseSetForgetsRemoves: Bug = {
  name: "2p-set-forgets-removes",
  mistake: "A merge joins what was added, and leaves the other side's tombstones where they are.",
  effect: "What was removed on one node stays on all others for good.",
  expected: { model: "crdt-semantics", anomaly: "resurrected-element" },
  shownBy: { options: { preset: "crdt", sets: "2p-set" }, workload: "shopping-cart", faults: [] },
  datatypes: (datatypes) => ({ ...datatypes, set: forgetful as Datatype }),
};
