import type { ConflictRule } from "../conflicts/conflict-rule.ts";
import { siblings } from "../conflicts/siblings.ts";
import type { Datatype } from "../datatypes/datatype.ts";
import { register } from "../datatypes/plain/register.ts";
import { versioned } from "../datatypes/versioned.ts";
import { vector } from "../versioning/vector.ts";
import type { Bug } from "./bug.ts";

const collecting: ConflictRule = {
  ...siblings,
  keep: (oldestFirst) => oldestFirst.filter(({ value }) => value !== null),
};

export const tombstonesCollected: Bug = {
  name: "tombstones-collected",
  mistake: "A delete leaves nothing behind, not even for the time that other replicas need to hear of it.",
  effect: "A replica that missed the delete brings the value back.",
  expected: { model: "no-lost-writes", anomaly: "lost-write" },
  shownBy: {
    options: { preset: "multi-leader", versioning: "vector", conflicts: "siblings" },
    workload: "address-book",
    workloadOptions: { deleteRatio: 0.3 },
    faults: ["partition-halves", "partition-one"],
  },
  datatypes: (datatypes) => ({
    ...datatypes,
    register: versioned({ plain: register, versioning: vector, conflicts: collecting }) as Datatype,
  }),
};
