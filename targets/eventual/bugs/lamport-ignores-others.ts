import type { Datatype } from "../datatypes/datatype.ts";
import { lwwRegister } from "../datatypes/lww-register.ts";
import { timeVersioning } from "../versioning/time-version.ts";
import type { Bug } from "./bug.ts";

const ownCount = timeVersioning(({ dot }) => dot.counter);

export const lamportIgnoresOthers: Bug = {
  name: "lamport-ignores-others",
  mistake: "A node's logical clock counts its own updates only: it does not pass the times that it receives.",
  effect:
    "What a session writes through a quiet node is older than what it had written through a busy one, and is lost.",
  expected: { model: "monotonic-writes", anomaly: "monotonic-writes" },
  shownBy: {
    options: { preset: "multi-leader", versioning: "lamport", conflicts: "last-write-wins", reads: "any" },
    workload: "session",
    faults: [],
  },
  datatypes: (datatypes) => ({ ...datatypes, register: lwwRegister(ownCount) as Datatype }),
};
