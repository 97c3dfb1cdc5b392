import type { Datatypes } from "../datatypes/datatypes.ts";
import type { Settings } from "../options.ts";
import { correctRules, type Rules } from "../rules.ts";
import type { Bug } from "./bug.ts";
import { bugs } from "./registry.ts";

/** The rules and data types of a store with the bug that the settings plant in it, or with none. */
export function bugOf(settings: Settings): {
  readonly rules: Rules;
  datatypes(correct: Datatypes): Datatypes;
} {
  const bug = (bugs as Readonly<Record<string, Bug>>)[settings.bug];
  return {
    rules: bug?.rules?.(correctRules) ?? correctRules,
    datatypes: (correct) => bug?.datatypes?.(correct) ?? correct,
  };
}
