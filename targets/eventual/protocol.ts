import type { Json } from "#core/json";
import type { OperationFunction } from "#core/functions";
import type { ObjectType } from "#core/operation";

/** A change that a client asks for, in the words of histories (docs/history-format.md). */
export interface Action {
  readonly f: OperationFunction;
  readonly value: Json;
}

/**
 * What clients ask a node. `context`: what the session saw of this key, as an earlier response told it. `after`: the node
 * must have this, as an earlier response's `token` told it, before it answers. `local`: the node answers with what it has,
 * asking nobody.
 */
export type Request =
  | { readonly op: "status" }
  | {
      readonly op: "read";
      readonly key: string;
      readonly object: ObjectType;
      readonly local: boolean;
      readonly level?: string;
      readonly after?: Json;
    }
  | {
      readonly op: "update";
      readonly key: string;
      readonly object: ObjectType;
      readonly action: Action;
      readonly level?: string;
      readonly context?: Json;
      readonly after?: Json;
      /** Names the request: the same in every attempt of a client that asks again. */
      readonly id?: string;
    };
export type ReadRequest = Extract<Request, { op: "read" }>;
export type UpdateRequest = Extract<Request, { op: "update" }>;

/** Why a node did not do what it was asked to; the codes are those of `OPERATION_ERRORS`. */
export interface Refusal {
  readonly error: "not-leader" | "no-quorum" | "unavailable" | "rejected";
  readonly reason: string;
  /** The leader, where the node knows another. */
  readonly leader?: string;
}

/** What a client is told of an operation that succeeded. `stale`: the node knows that it may be behind. */
export interface Answer {
  readonly value?: Json;
  readonly result?: boolean;
  readonly observed?: Json;
  readonly context?: Json;
  readonly token?: Json;
  readonly version?: Json;
  readonly stale?: boolean;
}

export type Status = {
  readonly role: "leader" | "follower" | "candidate" | "peer";
  /** Null: none is known, or there are none. */
  readonly leader: string | null;
  readonly term: number;
  /** What is still missing until the node can serve; null: nothing. */
  readonly missing: string | null;
};

export type Response = Answer | Refusal | Status;
