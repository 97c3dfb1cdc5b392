import { integerOf, noSuchOperation } from "../datatypes/arguments.ts";
import type { Datatype } from "../datatypes/datatype.ts";
import type { Bug } from "./bug.ts";

type Sums = { readonly up: number; readonly down: number };
const NONE: Sums = { up: 0, down: 0 };

const maxOfSums: Datatype<Sums> = {
  update: (sums = NONE, action) => {
    if (action.f !== "increment") throw noSuchOperation("counter", action);
    const delta = integerOf(action);
    const side = delta < 0 ? "down" : "up";
    return { state: { ...sums, [side]: sums[side] + Math.abs(delta) } };
  },
  merge: (a, b) => ({ up: Math.max(a.up, b.up), down: Math.max(a.down, b.down) }),
  read: ({ up, down } = NONE) => up - down,
};

export const pnCounterMaxOfSums: Bug = {
  name: "pn-counter-max-of-sums",
  mistake: "Replicas keep one sum of all nodes instead of one for each node, and merge to the greater.",
  effect: "Of concurrent increments on two nodes the smaller part is lost, though all replicas agree.",
  expected: { model: "no-lost-writes", anomaly: "lost-increment" },
  shownBy: { options: { preset: "crdt" }, workload: "like-counter", faults: [] },
  datatypes: (datatypes) => ({ ...datatypes, counter: maxOfSums as Datatype }),
};
