import { newStore } from "./new-store.ts";
import { newTarget } from "./new-target.ts";
import type { Scaffold } from "./scaffold.ts";

/** What `riftcheck init` can begin, by name. */
export const scaffolds: Readonly<Record<string, Scaffold>> = { store: newStore, target: newTarget };
