import type { Json } from "#core/json";
import { MILLISECOND } from "#core/units";
import type { Mechanism, ReplicaParts } from "../parts.ts";
import type { Cell } from "../replica.ts";
import type { Ring } from "../ring.ts";
import { sameJson } from "../same-json.ts";
import { differing, merkleTree, type MerkleTree, placeOf } from "./merkle.ts";

/** By number of branch: the hashes of its leaves. */
type Leaves = { readonly [branch: string]: readonly number[] };
type Cells = { readonly [key: string]: Cell };

/** A round, in this order: the asker's root; the asked node's branches if it differs; and so on down to the keys. */
type GossipMessage =
  | { readonly type: "root"; readonly hash: number }
  | { readonly type: "branches"; readonly hashes: readonly number[] }
  | { readonly type: "leaves"; readonly leaves: Leaves }
  | { readonly type: "cells"; readonly cells: Cells; readonly wanted: readonly string[] }
  | { readonly type: "cells-back"; readonly cells: Cells; readonly all: boolean };

/** Keys of one message: two nodes far apart need several rounds. */
const BATCH = 200;

/**
 * Anti-entropy in the background: every so often a node compares its Merkle tree with a random peer's, and both take in what
 * the other has of the keys that differ (Demers et al. 1987; Dynamo §4.7).
 */
export class Gossip implements Mechanism {
  readonly #parts: ReplicaParts;
  readonly #ring: Ring;

  constructor(parts: ReplicaParts, ring: Ring) {
    this.#parts = parts;
    this.#ring = ring;
    this.#tick();
  }

  onMessage(from: string, json: Json): void {
    const message = json as GossipMessage;
    switch (message.type) {
      case "root": {
        const { root, branches } = this.#tree(from);
        if (root !== message.hash) this.#send(from, { type: "branches", hashes: branches });
        return;
      }
      case "branches": {
        const tree = this.#tree(from);
        const { branches } = this.#parts.rules.antiEntropy;
        const different = branches(differing(tree.branches, message.hashes));
        this.#send(from, {
          type: "leaves",
          leaves: Object.fromEntries(different.map((branch) => [branch, tree.leaves[branch] ?? []])),
        });
        return;
      }
      case "leaves": {
        const keys = this.#keysIn(from, message.leaves);
        this.#send(from, {
          type: "cells",
          cells: this.#cells(keys),
          wanted: leavesIn(message.leaves, this.#tree(from)),
        });
        return;
      }
      case "cells": {
        const wanted = new Set(message.wanted);
        this.#merge(message.cells);
        const keys = this.#sharedKeys(from).filter((key) => wanted.has(placeOf(key).join("/")));
        const all = keys.length <= BATCH && Object.keys(message.cells).length < BATCH;
        this.#send(from, { type: "cells-back", cells: this.#cells(keys.slice(0, BATCH)), all });
        return;
      }
      case "cells-back":
        this.#merge(message.cells);
        this.#tellRepair(message.cells, message.all);
        return;
      default:
        message satisfies never;
    }
  }

  /** Metrics count these lines: what was exchanged is now the same here and there, unless it was too much for one round. */
  #tellRepair(theirs: Cells, all: boolean): void {
    const { replica, context } = this.#parts;
    const isSame = ([key, { state }]: [string, Cell]): boolean =>
      sameJson(replica.cell(key)?.state ?? null, state);
    const complete = all && Object.entries(theirs).every(isSame);
    context.log(JSON.stringify({ event: "repair", complete }));
  }

  #tick(): void {
    const { context, settings } = this.#parts;
    const period = settings.gossip * MILLISECOND;
    context.after(Math.round(period * (0.5 + context.random.float())), () => {
      if (context.peers.length > 0) {
        const peer = context.random.pick(context.peers);
        this.#send(peer, { type: "root", hash: this.#tree(peer).root });
      }
      this.#tick();
    });
  }

  #send(to: string, message: GossipMessage): void {
    const { durability, context } = this.#parts;
    durability.whenDurable(() => context.send(to, message));
  }

  /** Keys that both this node and the peer hold replicas of. */
  #sharedKeys(peer: string): string[] {
    const { replica, context } = this.#parts;
    return [...replica.keys()].filter((key) => {
      const replicas = this.#ring.replicas(key);
      return replicas.includes(peer) && replicas.includes(context.node);
    });
  }

  #tree(peer: string): MerkleTree {
    const { replica } = this.#parts;
    return merkleTree(new Map(this.#sharedKeys(peer).map((key) => [key, replica.digest(key)])));
  }

  #keysIn(peer: string, theirs: Leaves): readonly string[] {
    const wanted = new Set(leavesIn(theirs, this.#tree(peer)));
    return this.#sharedKeys(peer)
      .filter((key) => wanted.has(placeOf(key).join("/")))
      .slice(0, BATCH);
  }

  #cells(keys: readonly string[]): Cells {
    return Object.fromEntries(
      keys.flatMap((key) => {
        const cell = this.#parts.replica.cell(key);
        return cell === undefined ? [] : [[key, cell]];
      }),
    );
  }

  #merge(cells: Cells): void {
    const { replica, rules } = this.#parts;
    for (const [key, cell] of Object.entries(cells))
      if (rules.antiEntropy.takesIn(replica.cell(key) !== undefined)) replica.merge(key, cell);
  }
}

/** `branch/leaf` of every leaf that differs. */
const leavesIn = (theirs: Leaves, own: MerkleTree): string[] =>
  Object.entries(theirs).flatMap(([branch, leaves]) =>
    differing(own.leaves[Number(branch)] ?? [], leaves).map((leaf) => `${branch}/${leaf}`),
  );
