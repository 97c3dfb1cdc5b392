import type { ObjectType } from "#core/operation";
import type { Json } from "#core/json";

/** Asks a node to merge a state into its copy. `for`: the replica it stands in for. */
export type Put = {
  readonly type: "put";
  readonly id: number;
  readonly key: string;
  readonly object: ObjectType;
  readonly state: Json;
  readonly for?: string;
};
export type PutDone = { readonly type: "put-done"; readonly id: number };

/** Asks a node for its copy; null: it has none. */
export type Get = {
  readonly type: "get";
  readonly id: number;
  readonly key: string;
  readonly object: ObjectType;
};
export type Got = { readonly type: "got"; readonly id: number; readonly state: Json };

export type QuorumMessage = Put | PutDone | Get | Got;
