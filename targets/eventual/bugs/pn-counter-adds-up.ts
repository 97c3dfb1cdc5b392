import type { Counts } from "../datatypes/counts.ts";
import type { Datatype } from "../datatypes/datatype.ts";
import { pnCounter, type UpAndDown } from "../datatypes/pn-counter.ts";
import type { Bug } from "./bug.ts";

/** Counts are 32 bits wide and stop there: sums of sums would soon be more than a number can hold. */
const LARGEST = 2 ** 31 - 1;

function sum(a: Counts, b: Counts): Counts {
  const nodes = [...new Set([...Object.keys(a), ...Object.keys(b)])].sort();
  return Object.fromEntries(nodes.map((node) => [node, Math.min(LARGEST, (a[node] ?? 0) + (b[node] ?? 0))]));
}

const adding: Datatype<UpAndDown> = {
  ...pnCounter,
  merge: (a, b) => ({ up: sum(a.up, b.up), down: sum(a.down, b.down) }),
};

export const pnCounterAddsUp: Bug = {
  name: "pn-counter-adds-up",
  mistake: "Two replicas' counts of one node are added when they merge; the greater should be taken.",
  effect:
    "Whatever is sent twice counts twice: the counter runs away, and every replica shows another number.",
  expected: { model: "crdt-semantics", anomaly: "surplus-increment" },
  shownBy: { options: { preset: "crdt" }, workload: "like-counter", faults: [] },
  datatypes: (datatypes) => ({ ...datatypes, counter: adding as Datatype }),
};
