import type { Checker } from "#core/checker";
import { readsFrom } from "./reads-from.ts";
import { sessions } from "./sessions/sessions.ts";

/** Every checker by name. */
export const checkers: Readonly<Record<string, Checker>> = {
  "reads-from": readsFrom,
  sessions,
};
