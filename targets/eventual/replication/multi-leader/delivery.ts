import type { ReplicaParts } from "../../parts.ts";
import type { Known, Ship, Shipped } from "./messages.ts";

const KNOWN = "known";

/**
 * Takes in the updates of other nodes: each node's in their order, and with causal delivery only after all that they depend
 * on, whoever wrote it (Ladin et al. 1992; Lloyd et al., COPS, 2011).
 */
export class Delivery {
  readonly #parts: ReplicaParts;
  readonly #onApplied: () => void;
  /** How many updates of each other node were applied. */
  #known: Known;
  /** Arrived and not applied, by origin, in order and without gaps after `known`. */
  readonly #held = new Map<string, Shipped[]>();

  /** @param onApplied called after one or more updates were applied */
  constructor(parts: ReplicaParts, onApplied: () => void) {
    this.#parts = parts;
    this.#onApplied = onApplied;
    this.#known = (parts.durability.disk.get(KNOWN) as Known | undefined) ?? {};
  }

  get known(): Known {
    return this.#known;
  }

  /** @returns up to which number this node has the origin's updates for good */
  receive(origin: string, { from, updates }: Ship): number {
    const held = this.#held.get(origin) ?? [];
    this.#held.set(origin, held);
    const known = this.#known[origin] ?? 0;
    let next = known + held.length + 1;
    if (from < next) {
      for (const update of updates) {
        if (update.number !== next) continue;
        held.push(update);
        next++;
      }
    }
    this.#applyReady();
    return this.#parts.rules.delivery.confirms(this.#known[origin] ?? 0, held.length);
  }

  #applyReady(): void {
    let applied = false;
    for (let progress = true; progress; ) {
      progress = false;
      for (const [origin, held] of this.#held) {
        for (let update = held[0]; update !== undefined && this.#isReady(origin, update); update = held[0]) {
          held.shift();
          this.#apply(origin, update);
          progress = applied = true;
        }
      }
    }
    if (applied) this.#onApplied();
  }

  #isReady(origin: string, update: Shipped): boolean {
    const { settings, rules, context } = this.#parts;
    if (settings.delivery === "as-it-comes") return true;
    return rules.delivery
      .dependencies(update, origin)
      .every(
        ([node, number]) => node === origin || node === context.node || (this.#known[node] ?? 0) >= number,
      );
  }

  #apply(origin: string, { number, key, object, state }: Shipped): void {
    const { replica, durability } = this.#parts;
    this.#known = { ...this.#known, [origin]: number };
    durability.atomically(() => {
      replica.merge(key, { object, state });
      durability.disk.set(KNOWN, this.#known);
    });
  }
}
