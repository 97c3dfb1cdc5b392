import type { Json } from "#core/json";
import type { OperationFunction } from "#core/functions";
import type { ObjectType } from "#core/operation";
import type { NodeContext } from "#core/store-node";

/** A change that a client asks for, in the words of histories. */
export interface Action {
  readonly f: OperationFunction;
  readonly value: Json;
}

/** One node's copy of the document that holds one key. */
export interface Document {
  /** What it holds, seen as an object of this type. @throws OperationError `rejected` for a type it cannot hold */
  read(object: ObjectType): Json;
  /**
   * Makes a change of this node's own.
   * @returns the change as other nodes take it; undefined if there was nothing to change
   * @throws OperationError `rejected` if it cannot be made here; nothing happened then
   */
  update(object: ObjectType, action: Action): Uint8Array | undefined;
  /** Merges what `update` or `save` returned, on this node or another. In any order, any number of times. */
  merge(update: Uint8Array): void;
  /** All of it. */
  save(): Uint8Array;
  /** Equal on two nodes exactly if both have merged the same changes. */
  summary(): string;
  startSync(): SyncSession;
}

/** One conversation between two copies, after which both have what either had; by the library's own protocol. */
export interface SyncSession {
  /** What to say next; undefined: nothing until the other says something. */
  next(): Uint8Array | undefined;
  /** @returns what this copy did not have before, as `Document.merge` takes it */
  receive(message: Uint8Array): readonly Uint8Array[];
}

/** A library of replicated documents. */
export interface DocumentLibrary {
  /** The document of a key before any change, which every node starts with. */
  open(key: string, context: NodeContext): Document;
}
