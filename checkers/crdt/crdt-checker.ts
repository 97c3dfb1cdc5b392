import type { Budget } from "#core/budget";
import type { Checker, CheckResult } from "#core/checker";
import type { History } from "#core/history";
import type { Crdt } from "#core/operation";
import type { Anomaly } from "#core/verdict";
import { Collector } from "../collector.ts";
import { problemWords, verdictOf } from "../verdicts.ts";
import { type CrdtObject, crdtObjects } from "./crdt-objects.ts";

/** Something that an object showed and that its type does not allow. */
export interface CrdtFinding {
  readonly type: Anomaly["type"];
  /** The larger, the worse. */
  readonly severity?: number;
  /** Rows that prove it, in any order. */
  readonly rows: readonly number[];
  readonly explanation: string;
}

export interface CrdtVerdict {
  readonly findings: readonly CrdtFinding[];
  /** Why no finding proves nothing; absent: an execution of the type explains everything. */
  readonly undecided?: string | undefined;
}

export interface CrdtRule {
  readonly name: string;
  readonly crdt: Crdt;
  readonly summary: string;
  readonly judge: (history: History, object: CrdtObject, budget: Budget) => CrdtVerdict;
}

/**
 * A checker of one type of CRDT: whether there is a set of updates for every read to have seen, allowed by the visibility
 * that the header claims, of which the type makes what the read showed; the last reads see all acknowledged updates (eventual
 * delivery). Sources: Shapiro et al. 2011 (strong eventual consistency); Burckhardt et al. 2014 (visibility and arbitration).
 */
export function crdtChecker(rule: CrdtRule): Checker {
  return {
    name: rule.name,
    summary: rule.summary,
    models: ["crdt-semantics"],
    partition: "key",
    needsRealTime: true,
    applies: (history) => history.keys.some((_, key) => history.objectOf(key).crdt === rule.crdt),
    check: (history, budget) => check(rule, history, budget),
  };
}

function check(rule: CrdtRule, history: History, budget: Budget): CheckResult {
  const collector = new Collector();
  const undecided = new Map<number, string>();
  let judged = 0;
  let violations = 0;
  for (const object of crdtObjects(history, rule.crdt)) {
    budget.tick();
    judged += object.reads.length;
    const verdict = rule.judge(history, object, budget);
    violations += verdict.findings.length;
    const reason = verdict.undecided ?? (object.updates.length > 0 ? object.unbound : undefined);
    if (reason !== undefined) undecided.set(object.key, reason);
    for (const finding of verdict.findings) {
      collector.add(finding.type, finding.severity ?? 0, () => anomalyOf(history, object, finding));
    }
  }
  const findings = {
    model: "crdt-semantics" as const,
    violations,
    judged,
    undecided: problemWords(history, undecided),
    nothing: `no read of a ${rule.crdt} succeeded`,
  };
  return {
    results: [verdictOf(findings, crdtScopeOf(history, rule.crdt))],
    anomalies: collector.anomalies,
    counts: collector.counts,
  };
}

/** The key patterns of this type, where the header speaks of several. */
export function crdtScopeOf({ header }: History, crdt: Crdt): { readonly objects?: string } {
  if (header.objects.length < 2) return {};
  const patterns = header.objects.filter((spec) => spec.crdt === crdt).map(({ keys }) => keys);
  return { objects: patterns.join(",") };
}

function anomalyOf(history: History, object: CrdtObject, finding: CrdtFinding): Anomaly {
  const rows = [...new Set(finding.rows)].sort((a, b) => a - b);
  return {
    type: finding.type,
    model: "crdt-semantics",
    key: history.keys[object.key]!,
    witness: rows.map((row) => history.invRank[row]!),
    explanation: finding.explanation,
  };
}
