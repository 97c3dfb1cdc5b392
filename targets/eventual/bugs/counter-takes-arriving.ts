import type { Datatype } from "../datatypes/datatype.ts";
import { pnCounter, type UpAndDown } from "../datatypes/pn-counter.ts";
import type { Bug } from "./bug.ts";

const arriving: Datatype<UpAndDown> = {
  ...pnCounter,
  merge: (a, b) => ({ up: { ...a.up, ...b.up }, down: { ...a.down, ...b.down } }),
};

export const counterTakesArriving: Bug = {
  name: "counter-takes-arriving",
  mistake: "Of two counts of one node the one that arrives is taken, though it may be the older.",
  effect: "A node that hears of its own earlier count goes back to it: increments since then are lost.",
  expected: { model: "no-lost-writes", anomaly: "lost-increment" },
  shownBy: { options: { preset: "crdt" }, workload: "like-counter", faults: [] },
  datatypes: (datatypes) => ({ ...datatypes, counter: arriving as Datatype }),
};
