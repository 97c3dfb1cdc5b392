import { type Budget, UNLIMITED } from "#core/budget";
import type { Checker, CheckResult } from "#core/checker";
import { type History, NONE } from "#core/history";
import type { Anomaly, ModelResult } from "#core/verdict";
import { Collector } from "../collector.ts";
import { holds, objectsOf, problemWords, verdictOf } from "../verdicts.ts";
import { whoWords } from "../words.ts";
import { storyWords } from "./explain.ts";
import { NO_READ, type OperationGraph, operationGraph } from "./operation-graph.ts";
import { type ImpossibleView, SessionViews } from "./session-view.ts";
import { anomalyOn, minimized } from "./witness.ts";

type ViewModel = "causal-memory" | "pram";
const TYPE_OF = { "causal-memory": "causal-memory-violation", pram: "pram-violation" } as const;
const KEEPS = {
  "causal-memory": "respects their causes",
  pram: "keeps the order of each session",
} as const;

/**
 * Causal memory (Ahamad and others 1995) and PRAM (Lipton and Sandberg 1988) of registers over all keys: each session has an
 * order of all writes and its own operations that explains what it read. Exact for unique written values, indefinite writes
 * included, as long as the operations of a session do not overlap. O(operations × sessions) as a rule.
 */
export const sessionViews: Checker = {
  name: "session-views",
  summary: "causal memory and PRAM: an order of all writes for each session",
  models: ["causal-memory", "pram"],
  partition: "none",
  impliedBy: ["linearizable", "sequential"],
  // Some five seconds' work: what nobody asked for must not make the check of a long run slow.
  mostOperations: 500_000,
  applies: (history) => holds(history, ["register"]),
  check,
};

function check(history: History, budget: Budget): CheckResult {
  const collector = new Collector();
  const graph = operationGraph(history);
  let readers = readersOf(graph);
  const results = (["causal-memory", "pram"] as const).map((model): ModelResult => {
    const impossible = impossibleViews(graph, readers, model, budget);
    // A view that keeps all causes keeps the order of each session: only who has none may have no view of the other kind.
    readers = impossible.map(({ own }) => own);
    for (const nodes of tracedOf(graph, model, impossible, budget))
      collector.add(TYPE_OF[model], 0, () => anomalyOf(graph, model, nodes));
    const overlap = graph.overlap ? ["operations of a session overlap"] : [];
    return verdictOf(
      {
        model,
        violations: impossible.length,
        judged: graph.reads,
        undecided: [...problemWords(history, graph.undecided), ...overlap],
        nothing: "no register was read",
      },
      objectsOf(history, ["register"]),
    );
  });
  return { results, anomalies: collector.anomalies, counts: collector.counts };
}

function impossibleViews(
  graph: OperationGraph,
  readers: readonly Int32Array[],
  model: ViewModel,
  budget: Budget,
): ImpossibleView[] {
  const views = new SessionViews(graph);
  return readers.flatMap((own) => views.judge(own, model === "causal-memory", budget) ?? []);
}

/** What shows it, of each view that could be traced; if none could, of the first, however long that takes. */
function tracedOf(
  graph: OperationGraph,
  model: ViewModel,
  impossible: readonly ImpossibleView[],
  budget: Budget,
): readonly (readonly number[])[] {
  const traced = impossible.flatMap(({ nodes }) => (nodes === undefined ? [] : [nodes]));
  const [first] = impossible;
  if (traced.length > 0 || first === undefined) return traced;
  const views = new SessionViews(graph);
  const { nodes } = views.judge(first.own, model === "causal-memory", budget, Number.POSITIVE_INFINITY)!;
  return [nodes!];
}

/** The operations of each lane; an indefinite compare-and-set reads for itself alone. */
function readersOf({
  laneCount,
  laneStart,
  laneNodes,
  lane,
  readsFrom,
  count,
}: OperationGraph): Int32Array[] {
  const readers: Int32Array[] = [];
  for (let one = 0; one < laneCount; one++) {
    readers.push(laneNodes.subarray(laneStart[one], laneStart[one + 1]));
  }
  for (let node = 0; node < count; node++) {
    if (lane[node] === NONE && readsFrom[node] !== NO_READ) readers.push(Int32Array.of(node));
  }
  return readers;
}

function anomalyOf(graph: OperationGraph, model: ViewModel, nodes: readonly number[]): Anomaly {
  const witness = minimized(graph, nodes, (part) => withoutView(part, model).length > 0);
  return anomalyOn(witness, {
    type: TYPE_OF[model],
    model,
    explanation: `no order of all writes that ${KEEPS[model]} explains what ${readerWords(witness, model)} read: ${storyWords(witness)}`,
  });
}

function withoutView(part: History, model: ViewModel): ImpossibleView[] {
  const graph = operationGraph(part);
  return impossibleViews(graph, readersOf(graph), model, UNLIMITED);
}

/** The session that has no view. */
function readerWords(witness: History, model: ViewModel): string {
  const { own } = withoutView(witness, model)[0] ?? {};
  return whoWords(witness, operationGraph(witness).rows[own?.[0] ?? 0]!);
}
