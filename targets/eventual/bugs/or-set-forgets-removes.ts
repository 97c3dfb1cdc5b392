import type { Datatype } from "../datatypes/datatype.ts";
import { mergeByName } from "../datatypes/elements.ts";
import { nameOf, type ObservedSet, orSet } from "../datatypes/or-set.ts";
import { mergeVectors } from "../versioning/version-vector.ts";
import type { Bug } from "./bug.ts";

const forgetful: Datatype<ObservedSet> = {
  ...orSet,
  merge: (a, b) => ({
    elements: mergeByName(a.elements, b.elements, nameOf, {
      both: ({ element, adds }, other) => ({ element, adds: mergeVectors(adds, other.adds) }),
      alone: (one) => one,
    }),
    seen: mergeVectors(a.seen, b.seen),
  }),
};

export const orSetForgetsRemoves: Bug = {
  name: "or-set-forgets-removes",
  mistake:
    "A merge keeps every add that either side has, without asking whether the other had it once and removed it.",
  effect: "An item that was taken out comes back with the next message of a node that still has it.",
  expected: { model: "crdt-semantics", anomaly: "resurrected-element" },
  shownBy: { options: { preset: "cart-orset", stampedReads: true }, workload: "shopping-cart", faults: [] },
  datatypes: (datatypes) => ({ ...datatypes, set: forgetful as Datatype }),
};
