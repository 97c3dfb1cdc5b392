import { siblings } from "../conflicts/siblings.ts";
import type { Datatype } from "../datatypes/datatype.ts";
import { set } from "../datatypes/plain/set.ts";
import { register } from "../datatypes/plain/register.ts";
import { versioned } from "../datatypes/versioned.ts";
import { vector } from "../versioning/vector.ts";
import type { ConflictRule } from "../conflicts/conflict-rule.ts";
import type { Bug } from "./bug.ts";

/** Siblings of one key that are kept. */
const CAP = 1;

const capped: ConflictRule = { ...siblings, keep: (oldestFirst) => oldestFirst.slice(0, CAP) };

export const siblingsCapped: Bug = {
  name: "siblings-capped",
  mistake: "A full key drops the newest of its concurrent values, though they were acknowledged.",
  effect: "Concurrent updates beyond the cap are lost, and replicas that dropped different ones disagree.",
  expected: { model: "no-lost-writes", anomaly: "lost-element" },
  shownBy: {
    options: { preset: "cart-union", sets: "value", conflicts: "siblings" },
    workload: "set",
    faults: ["partition-halves", "partition-one"],
  },
  datatypes: (datatypes) => ({
    ...datatypes,
    register: versioned({ plain: register, versioning: vector, conflicts: capped }) as Datatype,
    set: versioned({ plain: set, versioning: vector, conflicts: capped }) as Datatype,
  }),
};
