import { type Budget, UNLIMITED } from "#core/budget";
import type { Checker, CheckResult } from "#core/checker";
import { type History, NONE } from "#core/history";
import type { Anomaly, Model, ModelResult } from "#core/verdict";
import { Collector } from "../collector.ts";
import { holds, objectsOf, problemWords, verdictOf } from "../verdicts.ts";
import { analyseCausality, type CausalAnalysis, type ForbiddenRead } from "./causal-analysis.ts";
import { readSentence, storyWords, writtenWords } from "./explain.ts";
import { INITIAL, type OperationGraph, operationGraph } from "./operation-graph.ts";
import { pathBetween, withoutStops } from "./paths.ts";
import { anomalyOn, minimized } from "./witness.ts";

/**
 * Causal consistency of registers over all keys in two variants (Bouajjani and others 2017): `causal` (CC), where each
 * session may order concurrent writes as it likes and change its mind, and `causal-convergent` (CCv), where all agree on one
 * order. Exact for unique written values, indefinite writes included; O(operations × sessions).
 */
export const causal: Checker = {
  name: "causal",
  summary: "causal consistency and causal convergence of registers over all keys",
  models: ["causal", "causal-convergent"],
  partition: "none",
  impliedBy: ["linearizable", "sequential"],
  // Some three seconds' work: what nobody asked for must not make the check of a long run slow.
  mostOperations: 2_000_000,
  applies: (history) => holds(history, ["register"]),
  check,
};

function check(history: History, budget: Budget): CheckResult {
  const collector = new Collector();
  const graph = operationGraph(history);
  const analysis = analyseCausality(graph, budget);
  if (analysis.cycle.length > 0) {
    collector.add("cyclic-causality", 0, () => cyclicAnomaly(graph, analysis.cycle));
  }
  for (const found of analysis.forbidden) {
    collector.add("causality-violation", -found.read, () => forbiddenAnomaly(graph, analysis, found));
  }
  const isBroken = collector.count("cyclic-causality") + collector.count("causality-violation") > 0;
  const groups = conflictGroups(analysis);
  for (const edges of groups) {
    collector.add("conflicting-order", 0, () => conflictAnomaly(graph, analysis, edges));
  }
  const results = (["causal", "causal-convergent"] as const).map((model) =>
    resultOf(graph, model, isBroken, groups.length),
  );
  return { results, anomalies: collector.anomalies, counts: collector.counts };
}

function resultOf(graph: OperationGraph, model: Model, isBroken: boolean, conflicts: number): ModelResult {
  const objects = objectsOf(graph.history, ["register"]);
  if (model === "causal-convergent" && isBroken && conflicts === 0)
    return { model, ...objects, verdict: "violated", reason: "follows from causal" };
  return verdictOf(
    {
      model,
      violations: Number(isBroken) + (model === "causal" ? 0 : conflicts),
      judged: graph.reads,
      undecided: problemWords(graph.history, graph.undecided),
      nothing: "no register was read",
    },
    objects,
  );
}

/** For each group of operations on cycles that no forbidden read explains: the conflict edges in it, by their place. */
function conflictGroups({ component, conflicts, forbidden }: CausalAnalysis): number[][] {
  const explained = new Set(forbidden.flatMap(({ source, write }) => (source < 0 ? [] : [component[write]])));
  const groups = new Map<number, number[]>();
  for (let to = 0; to < component.length; to++) {
    const id = component[to]!;
    if (id === NONE || explained.has(id)) continue;
    const edges = groups.get(id) ?? [];
    for (let i = conflicts.start[to]!; i < conflicts.start[to + 1]!; i++) {
      if (component[conflicts.from[i]!] === id) edges.push(i);
    }
    groups.set(id, edges);
  }
  return [...groups.values()];
}

const analysed = (part: History): CausalAnalysis => analyseCausality(operationGraph(part), UNLIMITED);
const isCyclic = (part: History): boolean => analysed(part).cycle.length > 0;
const isForbidden = (part: History): boolean => analysed(part).forbidden.length > 0;
const isConflicting = (part: History): boolean => conflictGroups(analysed(part)).length > 0;

function cyclicAnomaly(graph: OperationGraph, cycle: readonly number[]): Anomaly {
  const witness = minimized(graph, cycle, isCyclic);
  return anomalyOn(witness, {
    type: "cyclic-causality",
    model: "causal",
    explanation: `each of these operations could only happen after another of them: ${storyWords(witness)}`,
  });
}

function forbiddenAnomaly(graph: OperationGraph, { place }: CausalAnalysis, found: ForbiddenRead): Anomaly {
  const { write, source, read } = found;
  const since = (node: number) => (before: number) => place[before]! >= place[node]!;
  const path = withoutStops(graph, pathBetween(graph, write, read, { within: since(write) }));
  const earlier =
    source === INITIAL
      ? []
      : withoutStops(graph, pathBetween(graph, source, write, { within: since(source) }));
  const witness = minimized(graph, [...path, ...earlier], isForbidden);
  return anomalyOn(witness, {
    type: "causality-violation",
    model: "causal",
    key: operationGraph(witness).key[0]!,
    explanation: forbiddenWords(witness),
  });
}

function forbiddenWords(witness: History): string {
  const { rows } = operationGraph(witness);
  const { write, source, read } = analyseCausality(operationGraph(witness), UNLIMITED).forbidden[0]!;
  const newer = writtenWords(witness, rows[write]!);
  const why =
    source === INITIAL
      ? `although the write of ${newer} was among its causes`
      : `although the write of ${newer}, which followed ${writtenWords(witness, rows[source]!)}, was among its causes`;
  return `${readSentence(witness, rows[read]!)} ${why}: ${storyWords(witness)}`;
}

/** How many conflicts of a group are tried in search of a short cycle. */
const TRIES = 8;

function conflictAnomaly(graph: OperationGraph, analysis: CausalAnalysis, edges: readonly number[]): Anomaly {
  const { component, conflicts, place } = analysis;
  const id = component[targetOf(analysis, edges[0]!)]!;
  const more = (node: number): Int32Array =>
    conflicts.from.subarray(conflicts.start[node], conflicts.start[node + 1]);
  const within = (node: number): boolean => component[node] === id;
  const cycles = edges
    .slice(0, TRIES)
    .map((i) => [
      ...pathBetween(graph, targetOf(analysis, i), conflicts.from[i]!, { more, within }),
      targetOf(analysis, i),
    ]);
  const cycle = cycles.toSorted((a, b) => a.length - b.length)[0]!;
  const nodes = new Set(cycle);
  cycle.forEach((node, i) => {
    const by = byOf(analysis, cycle[i - 1], node);
    if (by === undefined) return;
    const since = (before: number): boolean => place[before]! >= place[cycle[i - 1]!]!;
    for (const one of withoutStops(graph, pathBetween(graph, cycle[i - 1]!, by, { within: since })))
      nodes.add(one);
  });
  const witness = minimized(graph, nodes, isConflicting);
  return anomalyOn(witness, {
    type: "conflicting-order",
    model: "causal-convergent",
    explanation: `no one order of the writes, the same for all, explains what was read: ${storyWords(witness)}`,
  });
}

function targetOf({ conflicts: { start } }: CausalAnalysis, edge: number): number {
  let [low, high] = [0, start.length - 1];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (start[middle + 1]! > edge) high = middle;
    else low = middle + 1;
  }
  return low;
}

function byOf({ conflicts }: CausalAnalysis, from: number | undefined, to: number): number | undefined {
  for (let i = conflicts.start[to]!; i < conflicts.start[to + 1]!; i++) {
    if (conflicts.from[i] === from) return conflicts.by[i];
  }
  return undefined;
}
