import type { Json } from "#core/json";
import type { Stamp } from "../datatypes/datatype.ts";

/** How one version stands to another. */
export type Order = "before" | "after" | "equal" | "concurrent";

/** What tells which of two values is newer. A context is what somebody saw of a key. */
export interface Versioning<Version extends Json = Json> {
  /** The version of an update. `seen`: the context of what it takes the place of; absent: it saw nothing. */
  next(stamp: Stamp, seen: Json | undefined): Version;
  /** A strict partial order. */
  compare(a: Version, b: Version): Order;
  /** A total order that agrees with `compare`: negative if `a` is the older. */
  rank(a: Version, b: Version): number;
  /** What somebody saw who was shown all that a replica has. */
  contextOf(versions: readonly Version[]): Json;
  /** What somebody saw who wrote this version with that context, and was shown nothing. */
  contextAfter(version: Version, context: Json | undefined): Json;
  mergeContexts(a: Json, b: Json): Json;
  /** The version as a decimal string in the order of `rank`, where one integer can tell it. */
  ordinal?(version: Version): string | undefined;
  /** The Lamport time in it. */
  lamport?(version: Version): number;
}
