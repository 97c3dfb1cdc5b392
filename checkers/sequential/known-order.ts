import { type History, NONE } from "#core/history";
import { INITIAL, type OperationGraph } from "../causal/operation-graph.ts";
import { writtenBy } from "../registers/access.ts";
import { versionOrders } from "../registers/version-order.ts";
import { OrderEdges } from "./order-edges.ts";

/**
 * Where values or versions tell the order of the versions of a key: the edges from each write whose place is known to the
 * next, and from each read of one, or of the initial state, to the write after it. `complete`: the place of every write of
 * every key is known.
 */
export function knownOrder(graph: OperationGraph): {
  readonly edges: OrderEdges;
  readonly complete: boolean;
} {
  const { history, count, key, writes, readsFrom, rows } = graph;
  const { problems, upper } = versionOrders(history);
  const byKey: number[][] = history.keys.map(() => []);
  const place = new Float64Array(count).fill(Number.NaN);
  let complete = true;
  for (let node = 0; node < count; node++) {
    const isOrdered = isTotal(history, key[node]!) && !problems.has(key[node]!);
    complete &&= isOrdered;
    if (writes[node] === 0) continue;
    const written = writtenBy(history, rows[node]!);
    if (isOrdered && written !== NONE && Number.isFinite(upper[written]!)) {
      place[node] = upper[written]!;
      byKey[key[node]!]!.push(node);
    } else {
      complete = false;
    }
  }
  const edges = new OrderEdges();
  const after = new Int32Array(count).fill(NONE);
  for (const own of byKey) {
    own.sort((a, b) => place[a]! - place[b]!);
    own.forEach((node, i) => {
      after[node] = own[i + 1] ?? NONE;
      if (i > 0) edges.add({ from: own[i - 1]!, to: node, premise: undefined, read: node });
    });
  }
  for (let read = 0; read < count; read++) {
    const source = readsFrom[read]!;
    if (source < INITIAL) continue;
    let next = source === INITIAL ? (byKey[key[read]!]![0] ?? NONE) : after[source]!;
    if (next === read) next = after[read]!;
    if (next !== NONE) edges.add({ from: read, to: next, premise: undefined, read });
  }
  return { edges, complete };
}

function isTotal(history: History, key: number): boolean {
  const { order } = history.objectOf(key);
  return order === "value" || order === "version";
}
