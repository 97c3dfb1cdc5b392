import { siblings } from "../conflicts/siblings.ts";
import type { Datatype } from "../datatypes/datatype.ts";
import { register } from "../datatypes/plain/register.ts";
import { versioned } from "../datatypes/versioned.ts";
import { type DottedVersion, vector } from "../versioning/vector.ts";
import { compareVectors, type VersionVector, withDot } from "../versioning/version-vector.ts";
import type { Versioning } from "../versioning/versioning.ts";
import type { Bug } from "./bug.ts";

const entriesOf = (version: DottedVersion): VersionVector => withDot(version.seen.vector, version);

const plainVectors: Versioning<DottedVersion> = {
  ...vector,
  compare: (a, b) => compareVectors(entriesOf(a), entriesOf(b)),
};

export const vectorWithoutDots: Bug = {
  name: "vector-without-dots",
  mistake:
    "A version is the node's whole vector after the write, not the write's own dot beside what its client had seen.",
  effect:
    "Of two clients that write through one node without having seen each other, the second silently replaces the first.",
  expected: { model: "no-lost-writes", anomaly: "lost-write" },
  shownBy: {
    options: { preset: "multi-leader", versioning: "vector", conflicts: "siblings" },
    workload: "address-book",
    faults: [],
  },
  datatypes: (datatypes) => ({
    ...datatypes,
    register: versioned({ plain: register, versioning: plainVectors, conflicts: siblings }) as Datatype,
  }),
};
