import { type Budget, UNLIMITED } from "#core/budget";
import type { Checker, CheckResult } from "#core/checker";
import { type History, NONE } from "#core/history";
import type { Anomaly } from "#core/verdict";
import { storyWords } from "../causal/explain.ts";
import { type OperationGraph, operationGraph } from "../causal/operation-graph.ts";
import { anomalyOn, minimized } from "../causal/witness.ts";
import { Collector } from "../collector.ts";
import { registerValues } from "../registers/register-values.ts";
import { versionOrders } from "../registers/version-order.ts";
import { holds, objectsOf, problemWords, verdictOf } from "../verdicts.ts";
import { knownOrder } from "./known-order.ts";
import { orderBy, reasonsOf } from "./order-edges.ts";
import { saturate } from "./saturation.ts";
import { searchOrder } from "./search.ts";

/** Dead ends before the search gives up: at first, with nothing but real time to go by, and at last. */
const FIRST_TRY = 100;
const LAST_TRY = 20_000;

/**
 * Sequential consistency (Lamport 1979) of registers over all keys. Exact where values or versions tell the order of every
 * key's versions: session order, reads-from and that order must not go round. Otherwise it is NP-complete (Gibbons and Korach
 * 1997): satisfied if an order of all operations was found, violated if the edges that every order has to keep go round or
 * no order is left, else unknown.
 */
export const sequential: Checker = {
  name: "sequential",
  summary: "one order of all operations on registers that keeps each session's order",
  models: ["sequential"],
  partition: "none",
  searches: true,
  impliedBy: ["linearizable"],
  mostOperations: 100_000,
  applies: (history) => holds(history, ["register"]),
  check,
};

/** `cycle`: operations no order reconciles. */
type Outcome =
  | { readonly verdict: "found" | "gave up" }
  | { readonly verdict: "none"; readonly nodes: readonly number[] };

function check(history: History, budget: Budget): CheckResult {
  const collector = new Collector();
  const graph = operationGraph(history);
  const outcome = decide(graph, budget);
  if (outcome.verdict === "none") collector.add("not-sequential", 0, () => anomalyOf(graph, outcome.nodes));
  const undecided = outcome.verdict === "gave up" ? [GAVE_UP] : [];
  const result = verdictOf(
    {
      model: "sequential",
      violations: collector.count("not-sequential"),
      judged: graph.reads,
      undecided: [...problemWords(history, graph.undecided), ...undecided],
      nothing: "no register was read",
    },
    objectsOf(history, ["register"]),
  );
  return { results: [result], anomalies: collector.anomalies, counts: collector.counts };
}

const GAVE_UP = "no order of all operations was found, and none was shown to be impossible";

function decide(graph: OperationGraph, budget: Budget): Outcome {
  const { edges, complete } = knownOrder(graph);
  if (complete || edges.all.length > 0) {
    const ordered = orderBy(graph, edges, budget);
    if ("cycle" in ordered) return { verdict: "none", nodes: [...reasonsOf(graph, edges, ordered.cycle)] };
    if (complete) return { verdict: "found" };
  }
  if (searchOrder(graph, edges, { deadEnds: FIRST_TRY }, budget) === true) return { verdict: "found" };
  const cycle = saturate(graph, edges, budget);
  if (cycle === "large") return { verdict: "gave up" };
  if (cycle !== undefined) return { verdict: "none", nodes: [...reasonsOf(graph, edges, cycle)] };
  const found = searchOrder(graph, edges, { deadEnds: LAST_TRY }, budget);
  if (found === undefined) return { verdict: "gave up" };
  return found ? { verdict: "found" } : { verdict: "none", nodes: [...graph.rows.keys()] };
}

function anomalyOf(graph: OperationGraph, nodes: readonly number[]): Anomaly {
  const proves = (part: History): boolean => decide(operationGraph(part), UNLIMITED).verdict === "none";
  const witness = minimized(graph, [...nodes, ...tellers(graph, nodes)], proves);
  return anomalyOn(witness, {
    type: "not-sequential",
    model: "sequential",
    explanation: `no one order of these operations explains what was read and keeps the order of each session: ${storyWords(witness)}`,
  });
}

/** Those who told the versions of what these operations wrote. */
function tellers({ history, rows }: OperationGraph, nodes: readonly number[]): number[] {
  const { toldBy } = versionOrders(history);
  const { writer } = registerValues(history);
  const wanted = new Set(nodes.map((node) => rows[node]!));
  const tellerRows = new Set<number>();
  for (let value = 0; value < writer.length; value++) {
    if (toldBy[value] !== NONE && wanted.has(writer[value]!)) tellerRows.add(toldBy[value]!);
  }
  return Array.from(rows.keys()).filter((node) => tellerRows.has(rows[node]!));
}
