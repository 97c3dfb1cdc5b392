import { OperationError } from "#core/errors";
import type { Json } from "#core/json";
import type { ObjectType } from "#core/operation";
import type { NodeContext } from "#core/store-node";
import type { Datatype, Updated } from "./datatypes/datatype.ts";
import type { Datatypes } from "./datatypes/datatypes.ts";
import { canonicalText, hashText } from "./canonical-text.ts";
import type { Durability } from "./durability.ts";
import type { NodeParts } from "./parts.ts";
import type { Action } from "./protocol.ts";
import { sameJson } from "./same-json.ts";

/** What one replica holds of one key. JSON: it is sent and stored as it is. */
export type Cell = { readonly object: ObjectType; readonly state: Json };

const CELL = "cell/";
const COUNTER = "counter";

/**
 * One node's copy of the data: in memory, and on disk as soon as it changes. What leaves the node because of a change must
 * wait for `Durability`.
 */
export class Replica {
  readonly #context: NodeContext;
  readonly #datatypes: Datatypes;
  readonly #durability: Durability;
  readonly #cells = new Map<string, Cell>();
  /** Hash of each cell's state, for comparisons with other replicas; made when asked for. */
  readonly #digests = new Map<string, number>();
  #counter: number;
  #lamport = 0;

  constructor({ context, datatypes, durability, rules }: NodeParts) {
    this.#context = context;
    this.#datatypes = datatypes;
    this.#durability = durability;
    const { disk } = durability;
    this.#counter = rules.storage.rememberCounter ? ((disk.get(COUNTER) as number | undefined) ?? 0) : 0;
    for (const name of disk.keys()) {
      if (!name.startsWith(CELL)) continue;
      const cell = disk.get(name) as Cell;
      this.#cells.set(name.slice(CELL.length), cell);
      this.#observe(cell);
    }
  }

  keys(): IterableIterator<string> {
    return this.#cells.keys();
  }

  cell(key: string): Cell | undefined {
    return this.#cells.get(key);
  }

  /** @throws OperationError `rejected` if the store has no such objects, or the key holds another type */
  datatype(key: string, object: ObjectType): Datatype {
    const datatype = this.#datatypes[object];
    const held = this.#cells.get(key)?.object ?? object;
    if (datatype === undefined) throw new OperationError("rejected", `this store has no ${object}`);
    if (held !== object) throw new OperationError("rejected", `${key} is a ${held}, not a ${object}`);
    return datatype;
  }

  /** Takes an update of a client. @throws OperationError `rejected` */
  update(key: string, object: ObjectType, action: Action, context: Json | undefined): Updated {
    const datatype = this.datatype(key, object);
    const dot = { node: this.#context.node, counter: this.#counter + 1 };
    const stamp = { dot, wall: this.#context.wallClock(), lamport: this.#lamport + 1 };
    const updated = datatype.update(
      this.#cells.get(key)?.state,
      action,
      context === undefined ? stamp : { ...stamp, context },
    );
    this.#counter++;
    this.#durability.disk.set(COUNTER, this.#counter);
    this.#tellConflict(key, datatype, updated.state);
    this.#put(key, { object, state: updated.state });
    return updated;
  }

  /** Takes in another replica's state of a key. @returns whether that changed anything */
  merge(key: string, { object, state }: Cell): boolean {
    const datatype = this.datatype(key, object);
    const own = this.#cells.get(key)?.state;
    const merged = own === undefined ? state : datatype.merge(own, state);
    if (own !== undefined && sameJson(merged, own)) return false;
    this.#tellConflict(key, datatype, state);
    this.#put(key, { object, state: merged });
    return true;
  }

  /** Takes a state in the place of what there is: only a bug does. */
  replace(key: string, cell: Cell): void {
    this.#put(key, cell);
  }

  /** A hash of the key's state: the same for equal states. */
  digest(key: string): number {
    let digest = this.#digests.get(key);
    if (digest === undefined) {
      const state = this.#cells.get(key)?.state;
      digest = hashText(state === undefined ? "" : canonicalText(state));
      this.#digests.set(key, digest);
    }
    return digest;
  }

  /** Metrics count these lines. */
  #tellConflict(key: string, { conflicts }: Datatype, other: Json): void {
    const own = this.#cells.get(key)?.state;
    if (own !== undefined && conflicts?.(own, other) === true)
      this.#context.log(JSON.stringify({ event: "conflict", key }));
  }

  #put(key: string, cell: Cell): void {
    this.#cells.set(key, cell);
    this.#digests.delete(key);
    this.#durability.disk.set(CELL + key, cell);
    this.#observe(cell);
  }

  #observe({ object, state }: Cell): void {
    this.#lamport = Math.max(this.#lamport, this.#datatypes[object]?.lamport?.(state) ?? 0);
  }
}
