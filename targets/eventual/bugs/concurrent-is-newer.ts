import { siblings } from "../conflicts/siblings.ts";
import type { Datatype } from "../datatypes/datatype.ts";
import { register } from "../datatypes/plain/register.ts";
import { type Versions, versioned } from "../datatypes/versioned.ts";
import { type DottedVersion, vector } from "../versioning/vector.ts";
import type { Bug } from "./bug.ts";

const correct = versioned({ plain: register, versioning: vector, conflicts: siblings });

const isOlder = (a: Versions, b: Versions): boolean =>
  a.siblings.every(({ version }) =>
    b.siblings.some(
      (other) => vector.compare(version as DottedVersion, other.version as DottedVersion) === "before",
    ),
  );

const newest: Datatype<Versions> = {
  ...correct,
  update: (_, action, stamp) => correct.update(undefined, action, stamp),
  merge: (own, arriving) => (isOlder(arriving, own) ? own : arriving),
};

export const concurrentIsNewer: Bug = {
  name: "concurrent-is-newer",
  mistake:
    "What arrives is taken for newer unless its version vector is dominated: concurrent counts as newer.",
  effect: "Replicas swap concurrent values and stay different, each with what reached it last.",
  expected: { model: "convergence", anomaly: "diverged" },
  shownBy: {
    options: { preset: "multi-leader", versioning: "vector", conflicts: "siblings", reads: "any" },
    workload: "address-book",
    faults: ["partition-halves", "partition-one"],
  },
  datatypes: (datatypes) => ({ ...datatypes, register: newest as Datatype }),
};
