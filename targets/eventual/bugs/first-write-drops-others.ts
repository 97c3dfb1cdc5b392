import type { ConflictRule } from "../conflicts/conflict-rule.ts";
import { firstWriteWins } from "../conflicts/first-write-wins.ts";
import type { Datatype } from "../datatypes/datatype.ts";
import { register } from "../datatypes/plain/register.ts";
import { versioned } from "../datatypes/versioned.ts";
import { vector } from "../versioning/vector.ts";
import type { Bug } from "./bug.ts";

const dropping: ConflictRule = { ...firstWriteWins, keep: (oldestFirst) => oldestFirst.slice(0, 1) };

export const firstWriteDropsOthers: Bug = {
  name: "first-write-drops-others",
  mistake:
    "Of concurrent values the first is kept and the others dropped at once, on each replica by itself.",
  effect:
    "Where the first was superseded before the others arrived, one of them wins over what superseded it: replicas differ.",
  expected: { model: "convergence", anomaly: "diverged" },
  shownBy: {
    options: { preset: "multi-leader", versioning: "vector", conflicts: "first-write-wins", reads: "any" },
    workload: "address-book",
    faults: ["partition-halves", "partition-one"],
  },
  datatypes: (datatypes) => ({
    ...datatypes,
    register: versioned({ plain: register, versioning: vector, conflicts: dropping }) as Datatype,
  }),
};
