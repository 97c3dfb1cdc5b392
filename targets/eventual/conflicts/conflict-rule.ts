import type { Json } from "#core/json";
import type { PlainType } from "../datatypes/datatype.ts";

/** One value that no other supersedes. */
export type Sibling = { readonly version: Json; readonly value: Json };

/** What becomes of values of one key none of which supersedes another. */
export interface ConflictRule {
  /**
   * Those a replica keeps, of some in the order of their ranks. Whatever the order of merges it must come to the same: only
   * the last can be kept alone, because what supersedes another always ranks after it.
   */
  keep(oldestFirst: readonly Sibling[]): readonly Sibling[];
  /** The values that a client sees of those kept: at least one, in the order of their ranks. */
  show(oldestFirst: readonly Json[], plain: PlainType): readonly Json[];
}
