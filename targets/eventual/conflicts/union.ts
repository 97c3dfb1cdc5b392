import type { ConflictRule } from "./conflict-rule.ts";
import { joined, undeleted } from "./joined.ts";
import { siblings } from "./siblings.ts";

/**
 * All are kept, and shown as one by the type's merge function: the cart of DeCandia et al. 2007. No add is lost, but what one
 * side deleted comes back from the other. Registers that hold lists are joined as well; others are shown as siblings.
 */
export const union: ConflictRule = {
  keep: (oldestFirst) => oldestFirst,
  show: (values, plain) => {
    const one = joined(undeleted(values), plain);
    return one === undefined ? siblings.show(values, plain) : [one];
  },
};
