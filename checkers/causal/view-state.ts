import { NONE } from "#core/history";
import { previousOf } from "./lanes.ts";
import type { OperationGraph } from "./operation-graph.ts";

/** Past everything that the session read. */
export const NEVER_SEEN = 0x7fffffff;

/** Numbers in an array that grows. */
export class Column {
  data = new Int32Array(1024);
  length = 0;

  push(value: number): void {
    if (this.length === this.data.length) {
      const larger = new Int32Array(this.length * 2);
      larger.set(this.data);
      this.data = larger;
    }
    this.data[this.length++] = value;
  }
}

/** What is known of the view of one session; its columns are used by the views of all sessions in turn. */
export class ViewState {
  readonly graph: OperationGraph;
  /** By node: the one before it in its lane, or NONE. */
  readonly previous: Int32Array;
  /** Nodes that read from one that was invoked later, or from themselves. */
  readonly readBackward: Int32Array;
  /** Whether the order of all causes is kept, or that of each session alone. */
  memory = true;
  /** By node: the number of the first own operation that needs it. */
  readonly level: Int32Array;
  /** Nodes with a level, in the order in which they got one. */
  readonly reached = new Column();
  /** By node: its number among the own operations, from 1; 0 for others. */
  readonly ownPlace: Int32Array;
  /** Edges that saturation added, by target, as lists: the first one of each node, then `next`; `by` is the read that asked. */
  readonly first: Int32Array;
  readonly next = new Column();
  readonly from = new Column();
  readonly by = new Column();
  readonly cursor: Int32Array;
  readonly mark: Uint8Array;

  constructor(graph: OperationGraph) {
    const { count, readsFrom } = graph;
    this.graph = graph;
    this.previous = new Int32Array(count);
    for (let node = 0; node < count; node++) this.previous[node] = previousOf(graph, node);
    this.readBackward = Int32Array.from(readsFrom.keys().filter((node) => readsFrom[node]! >= node));
    this.level = new Int32Array(count).fill(NEVER_SEEN);
    this.ownPlace = new Int32Array(count);
    this.first = new Int32Array(count).fill(NONE);
    this.cursor = new Int32Array(count);
    this.mark = new Uint8Array(count);
  }

  /** Whether the view has to put the source of a node before it. */
  readCounts(node: number): boolean {
    return this.memory || this.ownPlace[node]! > 0;
  }

  addEdge(from: number, to: number, by: number): void {
    this.next.push(this.first[to]!);
    this.from.push(from);
    this.by.push(by);
    this.first[to] = this.next.length - 1;
  }

  begin(own: Int32Array, memory: boolean): void {
    this.memory = memory;
    for (let i = 0; i < own.length; i++) this.ownPlace[own[i]!] = i + 1;
  }

  end(own: Int32Array): void {
    for (const node of this.reached.data.subarray(0, this.reached.length)) {
      this.level[node] = NEVER_SEEN;
      this.first[node] = NONE;
    }
    for (const node of own) this.ownPlace[node] = 0;
    for (const column of [this.reached, this.next, this.from, this.by]) column.length = 0;
  }
}
