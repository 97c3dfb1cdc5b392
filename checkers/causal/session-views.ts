import { type Budget, UNLIMITED } from "#core/budget";
import type { Checker, CheckResult } from "#core/checker";
import { type History, NONE } from "#core/history";
import type { Anomaly, ModelResult } from "#core/verdict";
import { Collector } from "../collector.ts";
import { holds, objectsOf, problemWords, verdictOf } from "../verdicts.ts";
import { whoWords } from "../words.ts";
import { storyWords } from "./explain.ts";
import { NO_READ, type OperationGraph, operationGraph } from "./operation-graph.ts";
import { type ImpossibleView, SessionView, viewScratch } from "./session-view.ts";
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
  mostOperations: 100_000,
  applies: (history) => holds(history, ["register"]),
  check,
};

function check(history: History, budget: Budget): CheckResult {
  const collector = new Collector();
  const graph = operationGraph(history);
  const results = (["causal-memory", "pram"] as const).map((model): ModelResult => {
    const impossible = impossibleViews(graph, model, budget);
    for (const found of impossible) collector.add(TYPE_OF[model], 0, () => anomalyOf(graph, model, found));
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

function impossibleViews(graph: OperationGraph, model: ViewModel, budget: Budget): ImpossibleView[] {
  const scratch = viewScratch(graph.count);
  return readersOf(graph).flatMap(
    (own) => new SessionView(graph, own, model === "causal-memory", scratch).judge(budget) ?? [],
  );
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

function anomalyOf(graph: OperationGraph, model: ViewModel, { nodes }: ImpossibleView): Anomaly {
  const proves = (part: History): boolean =>
    impossibleViews(operationGraph(part), model, UNLIMITED).length > 0;
  const witness = minimized(graph, nodes, proves);
  return anomalyOn(witness, {
    type: TYPE_OF[model],
    model,
    explanation: `no order of all writes that ${KEEPS[model]} explains what ${readerWords(witness, model)} read: ${storyWords(witness)}`,
  });
}

/** The session that has no view. */
function readerWords(witness: History, model: ViewModel): string {
  const graph = operationGraph(witness);
  const scratch = viewScratch(graph.count);
  const own = readersOf(graph).find(
    (one) => new SessionView(graph, one, model === "causal-memory", scratch).judge(UNLIMITED) !== undefined,
  );
  return whoWords(witness, graph.rows[own?.[0] ?? 0]!);
}
