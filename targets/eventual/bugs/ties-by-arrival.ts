import { lastWriteWins } from "../conflicts/last-write-wins.ts";
import type { Datatype } from "../datatypes/datatype.ts";
import { register } from "../datatypes/plain/register.ts";
import { type Versions, versioned } from "../datatypes/versioned.ts";
import { type TimeVersion, timeVersioning } from "../versioning/time-version.ts";
import type { Bug } from "./bug.ts";

const SECOND = 1_000_000_000;
const wholeSeconds = timeVersioning(({ wall }) => Math.floor(wall / SECOND));

const correct = versioned({ plain: register, versioning: wholeSeconds, conflicts: lastWriteWins });

const timeOf = ({ siblings }: Versions): number => (siblings[0]?.version as TimeVersion | undefined)?.t ?? 0;

const byArrival: Datatype<Versions> = {
  ...correct,
  merge: (own, arriving) => (timeOf(arriving) >= timeOf(own) ? arriving : own),
};

/** Timestamps in whole seconds alone, as stores of the web's first years had them. */
export const tiesByArrival: Bug = {
  name: "ties-by-arrival",
  mistake:
    "Last write wins by whole seconds, and of two writes in one second the one that arrives last is kept.",
  effect: "Replicas that heard of two writes in different orders keep different values for good.",
  expected: { model: "convergence", anomaly: "diverged" },
  shownBy: {
    options: { preset: "multi-leader", versioning: "wall-clock", conflicts: "last-write-wins", reads: "any" },
    workload: "session",
    faults: [],
  },
  datatypes: (datatypes) => ({ ...datatypes, register: byArrival as Datatype }),
};
