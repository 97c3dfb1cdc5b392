import type { Datatype } from "../datatypes/datatype.ts";
import { register } from "../datatypes/plain/register.ts";
import { siblings } from "../conflicts/siblings.ts";
import { versioned } from "../datatypes/versioned.ts";
import { type DottedVersion, vector } from "../versioning/vector.ts";
import type { Versioning } from "../versioning/versioning.ts";
import type { Bug } from "./bug.ts";

const forgetful: Versioning<DottedVersion> = {
  ...vector,
  next: (stamp, seen) => ({ ...vector.next(stamp, seen), counter: 1 }),
};

export const vectorNotIncremented: Bug = {
  name: "vector-not-incremented",
  mistake: "The node that takes a write does not increment its own entry of the version vector.",
  effect: "Different values bear the same version: a replica that has one of them ignores the others.",
  expected: { model: "no-lost-writes", anomaly: "lost-write" },
  shownBy: {
    options: { preset: "multi-leader", versioning: "vector", conflicts: "siblings" },
    workload: "session",
    faults: [],
  },
  datatypes: (datatypes) => ({
    ...datatypes,
    register: versioned({ plain: register, versioning: forgetful, conflicts: siblings }) as Datatype,
  }),
};
