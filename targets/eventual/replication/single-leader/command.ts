import type { OperationFunction } from "#core/functions";
import type { ObjectType } from "#core/operation";
import type { Json } from "#core/json";

/** An update as the log has it: all that its effect depends on. */
export type UpdateCommand = {
  readonly kind: "update";
  readonly key: string;
  readonly object: ObjectType;
  readonly f: OperationFunction;
  readonly value: Json;
  /** The leader that took it, and its wall clock then, nanoseconds. */
  readonly node: string;
  readonly wall: number;
  /** Names the client's request; null: the client did not. */
  readonly id: string | null;
  /** What the client saw of the key; absent: it said nothing. */
  readonly context?: Json;
};

/** One change of the data. `none` begins each leader's term. */
export type Command = { readonly kind: "none" } | UpdateCommand;
