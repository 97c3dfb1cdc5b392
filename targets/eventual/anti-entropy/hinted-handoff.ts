import type { NodeContext } from "#core/store-node";
import { MILLISECOND } from "#core/units";
import type { ReplicaParts } from "../parts.ts";
import { firstQuestion } from "../question-numbers.ts";
import type { QuorumMessage } from "../replication/leaderless/messages.ts";

const HINT = "hint/";
/** How often hints are tried: replicas that came back are up to date this long after. */
const PERIOD = 200 * MILLISECOND;
/** Hints of one replica that are tried at a time. */
const BATCH = 50;

/**
 * Keeps, for replicas that could not be reached, which keys they missed, and hands over what this node then holds of them
 * once they answer (Dynamo §4.6).
 */
export class Hints {
  readonly #parts: ReplicaParts;
  readonly #context: NodeContext;
  /** Number of the last hint by replica and key: a newer one is not settled by an older hand-over. */
  readonly #hints = new Map<string, Map<string, number>>();
  readonly #underWay = new Map<
    number,
    { readonly node: string; readonly key: string; readonly hint: number }
  >();
  /** Numbers below zero: nobody else's. */
  #lastId: number;
  #lastHint = 0;

  constructor(parts: ReplicaParts) {
    this.#parts = parts;
    this.#context = parts.context;
    this.#lastId = -firstQuestion(parts.context);
    const { disk } = parts.durability;
    for (const name of disk.keys()) {
      if (!name.startsWith(HINT)) continue;
      const [node, key] = JSON.parse(name.slice(HINT.length)) as [string, string];
      if (parts.rules.antiEntropy.keepHints) this.#note(node, key);
      else disk.remove(name);
    }
    this.#tick();
  }

  /** Remembers that a replica may lack what this node holds of a key. @returns the number of the hint, for `settle` */
  keep(node: string, key: string): number {
    if (node === this.#context.node) return ++this.#lastHint;
    this.#parts.durability.disk.set(nameOf(node, key), true);
    return this.#note(node, key);
  }

  /** A replica has what this node held of a key when the hint was kept: forgets it, unless a later one took its place. */
  settle(node: string, key: string, hint: number): void {
    if (this.#hints.get(node)?.get(key) === hint) this.#forget(node, key);
  }

  get size(): number {
    let size = 0;
    for (const keys of this.#hints.values()) size += keys.size;
    return size;
  }

  /** A replica has what it was handed. */
  onDone(from: string, id: number): void {
    const handed = this.#underWay.get(id);
    if (handed === undefined || handed.node !== from) return;
    this.#underWay.delete(id);
    this.settle(from, handed.key, handed.hint);
  }

  #note(node: string, key: string): number {
    let keys = this.#hints.get(node);
    if (keys === undefined) this.#hints.set(node, (keys = new Map()));
    keys.set(key, ++this.#lastHint);
    return this.#lastHint;
  }

  #forget(node: string, key: string): void {
    this.#hints.get(node)?.delete(key);
    this.#parts.durability.disk.remove(nameOf(node, key));
  }

  #tick(): void {
    this.#context.after(PERIOD, () => {
      this.#underWay.clear();
      for (const [node, keys] of this.#hints)
        for (const [key, hint] of [...keys].slice(0, BATCH)) this.#hand(node, key, hint);
      this.#tick();
    });
  }

  #hand(node: string, key: string, hint: number): void {
    const { replica, durability, rules } = this.#parts;
    const cell = replica.cell(key);
    if (cell === undefined) return;
    const id = --this.#lastId;
    this.#underWay.set(id, { node, key, hint });
    const put: QuorumMessage = { type: "put", id, key, object: cell.object, state: cell.state };
    durability.whenDurable(() => this.#context.send(node, put));
    if (!rules.antiEntropy.awaitHandover) this.#forget(node, key);
  }
}

const nameOf = (node: string, key: string): string => HINT + JSON.stringify([node, key]);
