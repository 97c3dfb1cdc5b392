import type { Json } from "#core/json";
import { EMPTY, nameOf, type ObservedSet, orSet } from "../datatypes/or-set.ts";
import type { Bug } from "./bug.ts";

/** Repairs have no node of their own. */
const REPAIRER = "repair";

const isSet = (state: Json): boolean => typeof state === "object" && state !== null && "elements" in state;

/** What one replica has and another lacks counts as missed, never as removed: it is added anew. */
function addedAnew(merged: ObservedSet, answers: readonly ObservedSet[]): ObservedSet {
  const kept = new Set(merged.elements.map(nameOf));
  const lacking = answers.flatMap(({ elements }) => elements).filter((added) => !kept.has(nameOf(added)));
  return lacking.reduce<ObservedSet>((state, { element }) => {
    const dot = { node: REPAIRER, counter: (state.seen[REPAIRER] ?? 0) + 1 };
    return orSet.update(state, { f: "add", value: element }, { dot, wall: 0, lamport: 0 }).state;
  }, merged);
}

export const readRepairResurrects: Bug = {
  name: "read-repair-resurrects",
  mistake:
    "Read repair takes an element that one replica has and another lacks for missed, though it was removed.",
  effect: "What was removed while a replica was away comes back with the next read.",
  expected: { model: "crdt-semantics", anomaly: "resurrected-element" },
  shownBy: {
    options: { preset: "dynamo", gossip: 0, hintedHandoff: false },
    workload: "shopping-cart",
    faults: ["partition-one"],
  },
  rules: (correct) => ({
    ...correct,
    antiEntropy: {
      ...correct.antiEntropy,
      repairWith: (merged, answers) =>
        isSet(merged)
          ? addedAnew(
              merged as ObservedSet,
              answers.map((state) => (state ?? EMPTY) as ObservedSet),
            )
          : merged,
    },
  }),
};
