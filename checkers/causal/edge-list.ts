/** Edges with the node that each is because of, by target: those into `t` are `from[start[t]] …`, with `by` alongside. */
export interface Edges {
  readonly start: Int32Array;
  readonly from: Int32Array;
  readonly by: Int32Array;
}

/** Collects edges in arrays that grow. */
export class EdgeList {
  #from = new Int32Array(1024);
  #to = new Int32Array(1024);
  #by = new Int32Array(1024);
  #length = 0;

  add(from: number, to: number, by: number): void {
    const last = this.#length - 1;
    if (last >= 0 && this.#from[last] === from && this.#to[last] === to) return;
    if (this.#length === this.#from.length) {
      this.#from = grown(this.#from);
      this.#to = grown(this.#to);
      this.#by = grown(this.#by);
    }
    this.#from[this.#length] = from;
    this.#to[this.#length] = to;
    this.#by[this.#length++] = by;
  }

  /** @param count how many targets there can be; with 0 nothing is kept */
  byTarget(count: number): Edges {
    const start = new Int32Array(count + 1);
    const length = count === 0 ? 0 : this.#length;
    const from = new Int32Array(length);
    const by = new Int32Array(length);
    for (let i = 0; i < length; i++) start[this.#to[i]! + 1]!++;
    for (let target = 0; target < count; target++) start[target + 1]! += start[target]!;
    const next = start.slice();
    for (let i = 0; i < length; i++) {
      const at = next[this.#to[i]!]!++;
      from[at] = this.#from[i]!;
      by[at] = this.#by[i]!;
    }
    return { start, from, by };
  }
}

function grown(column: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(column.length * 2);
  larger.set(column);
  return larger;
}
