import type { Datatype } from "../datatypes/datatype.ts";
import type { Elements } from "../datatypes/elements.ts";
import { gSet } from "../datatypes/g-set.ts";
import type { Bug } from "./bug.ts";

const larger: Datatype<Elements> = { ...gSet, merge: (a, b) => (b.length > a.length ? b : a) };

export const setKeepsLarger: Bug = {
  name: "set-keeps-larger",
  mistake: "Of two replicas' grow-only sets the larger is kept; it should be their union.",
  effect: "Elements added on the other side of a slow or broken link are lost, or stay on some nodes only.",
  expected: { model: "crdt-semantics", anomaly: "vanished-element" },
  shownBy: {
    options: { preset: "crdt", sets: "g-set" },
    workload: "set",
    faults: ["partition-halves", "partition-one"],
  },
  datatypes: (datatypes) => ({ ...datatypes, set: larger as Datatype }),
};
