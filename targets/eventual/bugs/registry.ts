import type { Bug } from "./bug.ts";
import type { BugName } from "./names.ts";

/** Every planted bug by name. */
export const bugs: Readonly<Record<BugName, Bug>> = {};
