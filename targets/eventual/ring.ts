import { hashText } from "./canonical-text.ts";

/** Which nodes hold a key: as many as there are copies, one after the other round a ring, from where the key's hash falls. */
export class Ring {
  readonly #nodes: readonly string[];
  readonly #copies: number;

  /** @param copies replicas of each key; undefined: every node */
  constructor(nodes: readonly string[], copies: number | undefined) {
    this.#nodes = [...nodes].sort();
    this.#copies = Math.min(copies ?? this.#nodes.length, this.#nodes.length);
  }

  /** Every node, the key's replicas first: who comes after them stands in for them. */
  preference(key: string): readonly string[] {
    const start = hashText(key) % this.#nodes.length;
    return [...this.#nodes.slice(start), ...this.#nodes.slice(0, start)];
  }

  replicas(key: string): readonly string[] {
    return this.preference(key).slice(0, this.#copies);
  }

  get copies(): number {
    return this.#copies;
  }
}
