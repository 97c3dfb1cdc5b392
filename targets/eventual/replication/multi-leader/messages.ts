import type { Json } from "#core/json";
import type { ObjectType } from "#core/operation";

/** How many updates of each node are known: as a version vector. */
export type Known = Readonly<Record<string, number>>;

/** One update as its origin ships it: the key's state after it, and what the origin knew before. Numbered from 1. */
export type Shipped = {
  readonly number: number;
  readonly key: string;
  readonly object: ObjectType;
  readonly state: Json;
  readonly after: Known;
};

/** Updates of the sender, in order; without any, a sign of life. `from`: number before the first. */
export type Ship = { readonly type: "ship"; readonly from: number; readonly updates: readonly Shipped[] };
/** The receiver has all updates of the asked node up to `number`. */
export type Have = { readonly type: "have"; readonly number: number };

export type PeerMessage = Ship | Have;
