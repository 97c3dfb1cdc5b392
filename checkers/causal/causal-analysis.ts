import type { Budget } from "#core/budget";
import { NONE } from "#core/history";
import { causalOrder } from "./causal-order.ts";
import { CausalPass } from "./causal-pass.ts";
import { components } from "./components.ts";
import { EdgeList, type Edges } from "./edge-list.ts";
import { previousOf } from "./lanes.ts";
import { INITIAL, type OperationGraph } from "./operation-graph.ts";
import { type WritePlaces, writePlaces } from "./write-places.ts";

/** A read that causal consistency forbids: `write`, of the same key, came between `source` (or nothing) and it. */
export interface ForbiddenRead {
  readonly write: number;
  readonly source: number;
  readonly read: number;
}

export interface CausalAnalysis {
  /** Operations each of which comes before the next, and the last before the first; the rest is then not looked at. */
  readonly cycle: readonly number[];
  readonly place: Int32Array;
  /** One for each read at most. */
  readonly forbidden: readonly ForbiddenRead[];
  /** Which write has to come before which, because of which read (`by`), where everybody agrees on an order of writes. */
  readonly conflicts: Edges;
  /** By node: the group of operations that would have to come before each other, or NONE. */
  readonly component: Int32Array;
}

/**
 * The bad patterns of Bouajjani and others 2017: CyclicCO, WriteCOInitRead and WriteCORead, of which CC is the absence, and
 * the conflict relation CF, whose union with causal order is acyclic in CCv. Where that union is acyclic, there is no
 * WriteCORead either, so that these are looked for only on cycles. O(operations × lanes).
 */
export function analyseCausality(graph: OperationGraph, budget: Budget): CausalAnalysis {
  const ordered = causalOrder(graph, budget);
  const none = new Int32Array(0);
  if ("cycle" in ordered) {
    const conflicts = new EdgeList().byTarget(0);
    return { cycle: ordered.cycle, place: none, forbidden: [], conflicts, component: none };
  }
  const { order, place } = ordered;
  const places = writePlaces(graph);
  const forbidden = new Map<number, ForbiddenRead>();
  const edges = new EdgeList();
  let backward = false;
  const pass = new CausalPass(graph, places, {
    beforeInitial: (write, read) => forbidden.set(read, { write, source: INITIAL, read }),
    before: (write, source, read) => {
      edges.add(write, source, read);
      backward ||= place[write]! > place[source]!;
    },
  });
  pass.run(order, budget);
  const conflicts = edges.byTarget(backward ? graph.count : 0);
  const component = backward ? cyclesOf(graph, conflicts, budget) : none;
  if (component.some((id) => id !== NONE)) {
    for (const found of forbiddenOnCycles(graph, places, order, component, budget))
      forbidden.set(found.read, found);
  }
  return { cycle: [], place, forbidden: [...forbidden.values()], conflicts, component };
}

function cyclesOf(graph: OperationGraph, { start, from }: Edges, budget: Budget): Int32Array {
  const { readsFrom, crossStart, cross } = graph;
  return components(
    graph.count,
    (node, nth) => {
      let left = nth;
      const previous = previousOf(graph, node);
      if (previous !== NONE && left-- === 0) return previous;
      if (readsFrom[node]! >= 0 && left-- === 0) return readsFrom[node]!;
      const crossing = crossStart[node + 1]! - crossStart[node]!;
      if (left < crossing) return cross[crossStart[node]! + left]!;
      left -= crossing;
      return left < start[node + 1]! - start[node]! ? from[start[node]! + left]! : NONE;
    },
    budget,
  );
}

/** WriteCORead: a write that came before a read and after the write it read from. All three are on a cycle then. */
function forbiddenOnCycles(
  graph: OperationGraph,
  places: WritePlaces,
  order: Int32Array,
  component: Int32Array,
  budget: Budget,
): ForbiddenRead[] {
  const found: ForbiddenRead[] = [];
  const keep = Uint8Array.from(component, (id, node) => (id !== NONE && graph.writes[node] === 1 ? 1 : 0));
  const precedes = precedence(graph, places);
  const pass = new CausalPass(
    graph,
    places,
    {
      beforeInitial: () => undefined,
      before: (write, source, read, past) => {
        if (component[write] === NONE || component[write] !== component[source]) return;
        if (past !== undefined && precedes(source, write, past)) found.push({ write, source, read });
      },
    },
    keep,
  );
  pass.run(order, budget);
  return found;
}

/** Whether one write causally precedes another, by the clock of the other. */
function precedence(
  graph: OperationGraph,
  { runLane, runStart, place, write }: WritePlaces,
): (one: number, other: number, past: Int32Array) => boolean {
  const entries = new Map<number, { readonly lane: number; readonly place: number }[]>();
  for (let run = 0; run < runLane.length; run++) {
    for (let entry = runStart[run]!; entry < runStart[run + 1]!; entry++) {
      const node = write[entry]!;
      if (graph.lane[node] !== NONE) continue;
      const known = entries.get(node) ?? [];
      known.push({ lane: runLane[run]!, place: place[entry]! });
      entries.set(node, known);
    }
  }
  return (one, other, past) => {
    const lane = graph.lane[one]!;
    if (lane !== NONE) return past[lane]! >= graph.position[one]!;
    for (let from = graph.readsFrom[other]!; from >= 0; from = graph.readsFrom[from]!) {
      if (from === one) return true;
      if (graph.lane[from] !== NONE) break;
    }
    return (entries.get(one) ?? []).some((entry) => past[entry.lane]! >= entry.place);
  };
}
