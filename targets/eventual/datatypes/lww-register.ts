import type { Versioning } from "../versioning/versioning.ts";
import { lastWriteWins } from "../conflicts/last-write-wins.ts";
import type { Datatype } from "./datatype.ts";
import { register } from "./plain/register.ts";
import { type Versions, versioned } from "./versioned.ts";

/** A register whose last writer wins, by the versions given. Shapiro et al. 2011, specification 8. */
export const lwwRegister = (versioning: Versioning): Datatype<Versions> =>
  versioned({ plain: register, versioning, conflicts: lastWriteWins });
