import type { Budget } from "#core/budget";
import { type History, STATUS } from "#core/history";
import { groupRows, rowsWhere } from "../groups.ts";
import { isFinal } from "../registers/access.ts";
import { versionOrders } from "../registers/version-order.ts";
import { GuessedOrder } from "./guessed-order.ts";
import { type Impossibility, KeyWalk, type ReadGuarantee, WalkMemory } from "./key-walk.ts";
import { SpannedGraph } from "./spanned-graph.ts";
import { Spans } from "./spans.ts";

export interface SomeOrderFindings {
  readonly judged: Record<ReadGuarantee, number>;
  /** Reads of null that may have seen a deletion, by key id. */
  readonly ambiguous: ReadonlyMap<number, number>;
}

/**
 * Keys whose version order is not known: a guarantee is broken if no order of the versions, the initial one first, fits what
 * the sessions saw. Each session demands that its versions come in the order it touched them; demands that go round in a
 * circle cannot be met. One finding per circle. Linear, but for sessions that read old values of their own: where all demands
 * agree with a guess at the order there is no circle, and no graph is made.
 */
export function findImpossibilities(
  history: History,
  budget: Budget,
  report: (found: Impossibility) => void,
): SomeOrderFindings {
  const judged = { "read-your-writes": 0, "monotonic-reads": 0 };
  const ambiguous = new Map<number, number>();
  const rows = relevantRows(history);
  if (rows.length === 0) return { judged, ambiguous };
  const byKey = groupRows(rows, history.key, history.keys.length);
  const guess = new GuessedOrder(history, rows);
  const memory = new WalkMemory(history);
  for (let key = 0; key < history.keys.length; key++) {
    const ofKey = byKey.rows.subarray(byKey.start[key], byKey.start[key + 1]);
    if (ofKey.length === 0) continue;
    const spans = { own: new Spans(), reads: new Spans() };
    const walk = new KeyWalk(history, key, guess, spans, memory);
    walk.rows(ofKey, budget);
    judged["read-your-writes"] += walk.judged["read-your-writes"];
    judged["monotonic-reads"] += walk.judged["monotonic-reads"];
    if (walk.ambiguous > 0) ambiguous.set(key, walk.ambiguous);
    for (const found of walk.nulls) report(found);
    if (spans.own.isEmpty && spans.reads.isEmpty) continue;
    const graphs = { own: new SpannedGraph(spans.own), reads: new SpannedGraph(spans.reads) };
    memory.forget(history, ofKey);
    new KeyWalk(history, key, guess, graphs, memory).rows(ofKey, budget);
    for (const cycle of graphs.own.cycles()) report({ guarantee: "read-your-writes", key, rows: cycle });
    for (const cycle of graphs.reads.cycles()) report({ guarantee: "monotonic-reads", key, rows: cycle });
  }
  return { judged, ambiguous };
}

/** Successful operations on keys that nothing tells the version order of. */
function relevantRows(history: History): Int32Array {
  const { orderless } = versionOrders(history);
  const isOrderless = Uint8Array.from(history.keys, (_, key) => (orderless.has(key) ? 1 : 0));
  return rowsWhere(
    history.length,
    (row) =>
      isOrderless[history.key[row]!] === 1 && history.status[row] === STATUS.ok && !isFinal(history, row),
  );
}
