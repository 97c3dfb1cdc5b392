import type { Json } from "#core/json";
import type { Action } from "../protocol.ts";

/** Names one update, for ever: the node that took it, and a number that grows with each of that node's updates. */
export interface Dot {
  readonly node: string;
  readonly counter: number;
}

/** What a node knows when it takes an update. */
export interface Stamp {
  readonly dot: Dot;
  /** The node's wall clock, nanoseconds. */
  readonly wall: number;
  /** Greater than that of every update the node has seen (Lamport 1978). */
  readonly lamport: number;
  /** What the client saw of the key; absent: it said nothing. */
  readonly context?: Json;
}

/** What became of an update. The state after it; what the client is told. */
export interface Updated<State extends Json = Json> {
  readonly state: State;
  readonly value?: Json;
  readonly result?: boolean;
}

/**
 * What one key holds on one replica. States are plain JSON that is never changed in place: they are sent, stored and compared
 * as they are. `undefined` in place of a state: the replica has none yet.
 */
export interface Datatype<State extends Json = Json> {
  /** @throws OperationError `rejected` if the type has no such operation */
  update(state: State | undefined, action: Action, stamp: Stamp): Updated<State>;
  /** One state from two replicas': commutative, associative, idempotent. */
  merge(a: State, b: State): State;
  /** What a client reads. */
  read(state: State | undefined): Json;
  /** What a client that read this state has seen, for the `context` of its next update. */
  context?(state: State | undefined): Json;
  /** Two clients' contexts as one. */
  mergeContexts?(a: Json, b: Json): Json;
  /** The version a client is told, where the type has one that orders the key's values. */
  version?(state: State | undefined): Json | undefined;
  /** The highest Lamport time in the state, which the node's clock must pass; absent: the type has none. */
  lamport?(state: State): number;
}

/** Deterministic application of one action after another: what a leader's log does, and what a value inside a version is. */
export interface PlainType {
  /** @throws OperationError `rejected` if the type has no such operation */
  apply(value: Json | undefined, action: Action): Updated;
  read(value: Json | undefined): Json;
}
