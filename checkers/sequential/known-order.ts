import { type History, NONE } from "#core/history";
import { INITIAL, type OperationGraph } from "../causal/operation-graph.ts";
import { writtenBy } from "../registers/access.ts";
import { versionOrders } from "../registers/version-order.ts";
import { OrderEdges } from "./order-edges.ts";

/**
 * Where values or versions tell the order of the versions of every key: the edges from each write to the next, and from each
 * read to the write after the one it read. Undefined where some order is not known in full.
 */
export function knownOrder(graph: OperationGraph): OrderEdges | undefined {
  const { history, count, key, writes, readsFrom, rows } = graph;
  const { problems, gaps, upper } = versionOrders(history);
  const byKey: number[][] = history.keys.map(() => []);
  for (let node = 0; node < count; node++) {
    if (!isTotal(history, key[node]!) || problems.has(key[node]!) || gaps.has(key[node]!)) return undefined;
    if (writes[node] === 0) continue;
    const written = writtenBy(history, rows[node]!);
    if (written === NONE || !Number.isFinite(upper[written]!)) return undefined;
    byKey[key[node]!]!.push(node);
  }
  const place = (node: number): number => upper[writtenBy(history, rows[node]!)]!;
  const edges = new OrderEdges();
  const after = new Int32Array(count).fill(NONE);
  for (const own of byKey) {
    own.sort((a, b) => place(a) - place(b));
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
  return edges;
}

function isTotal(history: History, key: number): boolean {
  const { order } = history.objectOf(key);
  return order === "value" || order === "version";
}
