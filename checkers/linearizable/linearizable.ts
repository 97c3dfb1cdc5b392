import type { Budget } from "#core/budget";
import type { BegunCheck, Checker, CheckResult, KeyVerdicts } from "#core/checker";
import type { History } from "#core/history";
import type { Anomaly } from "#core/verdict";
import { Collector } from "../collector.ts";
import { holds, objectsOf, problemWords, verdictOf } from "../verdicts.ts";
import { findConflicts } from "./blocks.ts";
import { findCircles } from "./circles.ts";
import { type Clusters, findClusters } from "./clusters.ts";
import { addSearched, keysToSearch, searchKeys } from "./search-undecided.ts";
import { circleWords, conflictWords, forkWords, untracedWords } from "./explain.ts";
import { witnessOfCircle, witnessOfConflict, witnessOfFork, witnessOfRead } from "./witness.ts";

/**
 * Linearizability (Herlihy and Wing 1990) of each register, reads, writes, deletions and compare-and-sets; exact in both
 * directions with indefinite operations; final reads are left out. In O(n log n) where every read can be traced to its
 * write; by search where values were written twice, or somebody saw only that a value was not there.
 */
export const linearizable: Checker = {
  name: "linearizable",
  summary: "linearizability of registers with compare-and-set",
  models: ["linearizable"],
  partition: "key",
  needsRealTime: true,
  searches: true,
  applies: (history) => holds(history, ["register"]),
  check: (history, budget) => {
    const { keys, conclude: found } = begin(history, budget);
    return found(searchKeys(history, keys, budget));
  },
  byKey: { begin, judge: searchKeys },
};

/** Everything but the keys that are left to the search. */
function begin(history: History, budget: Budget): BegunCheck {
  const collector = new Collector();
  const clusters = findClusters(history, budget);
  const add = (
    key: number,
    severity: number,
    witness: () => readonly number[],
    explanation: () => string,
  ): void => {
    collector.add("non-linearizable", severity, () => anomalyOf(history, key, witness(), explanation()));
  };
  for (const row of clusters.untraced) {
    add(
      history.key[row]!,
      0,
      () => witnessOfRead(history, clusters, row),
      () => untracedWords(history, row),
    );
  }
  for (const fork of clusters.forks) {
    add(
      history.key[fork[0]]!,
      0,
      () => witnessOfFork(history, clusters, fork),
      () => forkWords(history, fork),
    );
  }
  for (const circle of findCircles(history, clusters)) {
    add(
      history.key[circle]!,
      0,
      () => witnessOfCircle(history, clusters, circle),
      () => circleWords(history, circle),
    );
  }
  for (const conflict of findConflicts(history, clusters, budget)) {
    const gap = history.invTime[conflict.after]! - history.retTime[conflict.before]!;
    add(
      conflict.key,
      gap,
      () => witnessOfConflict(history, clusters, conflict),
      () => conflictWords(history, conflict),
    );
  }
  return {
    keys: keysToSearch(history, clusters.undecided, collector),
    conclude: (verdicts) => conclude(history, clusters, collector, verdicts),
  };
}

function conclude(
  history: History,
  clusters: Clusters,
  collector: Collector,
  verdicts: KeyVerdicts,
): CheckResult {
  const undecided = addSearched(history, clusters.undecided, verdicts, collector);
  const findings = {
    model: "linearizable" as const,
    violations: collector.count("non-linearizable"),
    judged: clusters.judged,
    undecided: problemWords(history, undecided),
    nothing: "no register was read",
  };
  return {
    results: [verdictOf(findings, objectsOf(history, ["register"]))],
    anomalies: collector.anomalies,
    counts: collector.counts,
  };
}

function anomalyOf(history: History, key: number, rows: readonly number[], explanation: string): Anomaly {
  return {
    type: "non-linearizable",
    model: "linearizable",
    key: history.keys[key]!,
    witness: [...new Set(rows)].map((row) => history.invRank[row]!).sort((a, b) => a - b),
    explanation,
  };
}
