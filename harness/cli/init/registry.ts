import { newStore } from "./new-store.ts";
import type { Scaffold } from "./scaffold.ts";

/** What `riftcheck init` can begin, by name. */
export const scaffolds: Readonly<Record<string, Scaffold>> = { store: newStore };
