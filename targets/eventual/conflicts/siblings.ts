import type { Json } from "#core/json";
import type { ConflictRule } from "./conflict-rule.ts";
import { joined, undeleted } from "./joined.ts";

/**
 * All are kept, and registers show them all. Objects of other types are joined by their own merge function, or the latest
 * is shown where there is none: nobody could do anything else with several counters.
 */
export const siblings: ConflictRule = {
  keep: (oldestFirst) => oldestFirst,
  show: (values, plain): readonly Json[] => {
    if (plain.showsSiblings) return undeleted(values);
    const one = joined(values, plain);
    return one === undefined ? values.slice(-1) : [one];
  },
};
