import { lastWriteWins } from "../conflicts/last-write-wins.ts";
import type { Datatype } from "../datatypes/datatype.ts";
import { counter } from "../datatypes/plain/counter.ts";
import { versioned } from "../datatypes/versioned.ts";
import { lamport } from "../versioning/lamport.ts";
import type { Bug } from "./bug.ts";

export const counterLastTotalWins: Bug = {
  name: "counter-last-total-wins",
  mistake: "A replicated counter is stored as its total, and of two totals the later is kept.",
  effect: "Of increments that two nodes took at once one is lost.",
  expected: { model: "no-lost-writes", anomaly: "lost-increment" },
  shownBy: { options: { preset: "crdt", counters: "g-counter" }, workload: "like-counter", faults: [] },
  datatypes: (datatypes) => ({
    ...datatypes,
    counter: versioned({ plain: counter, versioning: lamport, conflicts: lastWriteWins }) as Datatype,
  }),
};
