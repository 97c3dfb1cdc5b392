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
  /** Of a condition that did not hold: the value found instead. */
  readonly observed?: Json;
  /** The version that this update got, even if another is shown; see `Datatype.version`. */
  readonly version?: Json;
  /**
   * What the client has seen of the key now, where that is less than all of the state: who wrote without reading has not seen
   * the values that its own did not supersede, and must not supersede them next time.
   */
  readonly context?: Json;
}

/**
 * What one key holds on one replica. States are plain JSON that is never changed in place: they are sent, stored and compared
 * as they are. `undefined` in place of a state: the replica has none yet.
 */
export interface Datatype<State extends Json = Json> {
  /**
   * The state must be that of the node whose dot the stamp bears, and hold every update of the key that this node took before:
   * who has seen a node's update number 5 of a key counts as having seen the first four.
   * @throws OperationError `rejected` if the type has no such operation
   */
  update(state: State | undefined, action: Action, stamp: Stamp): Updated<State>;
  /** One state from two replicas': commutative, associative, idempotent. */
  merge(a: State, b: State): State;
  /** What a client reads. */
  read(state: State | undefined): Json;
  /** What a client that read this state has seen, for the `context` of its next update. */
  context?(state: State | undefined): Json;
  /** Whether the later state has a version that is concurrent with one of the earlier; absent: the type cannot tell. */
  conflicts?(earlier: State, later: State): boolean;
  /** Two clients' contexts as one. */
  mergeContexts?(a: Json, b: Json): Json;
  /** The version a client is told, where the type has one that orders the key's values. */
  version?(state: State | undefined): Json | undefined;
  /** The highest Lamport time in the state, which the node's clock must pass; absent: the type has none. */
  lamport?(state: State): number;
}

/** Deterministic application of one action after another: what a leader's log does, and what a value inside a version is. */
export interface PlainType<Value extends Json = Json> {
  /** The value before any update. */
  readonly initial: Value;
  /**
   * An action that changes nothing leaves the very same value.
   * @throws OperationError `rejected` if the type has no such operation
   */
  apply(value: Value, action: Action): Updated<Value>;
  read(value: Value): Json;
  /** Whether reads can show several concurrent values; absent: they cannot. */
  readonly showsSiblings?: true;
  /** Two concurrent values as one, where that makes sense; undefined: not of these two. What one side deleted comes back. */
  join?(a: Value, b: Value): Value | undefined;
}
