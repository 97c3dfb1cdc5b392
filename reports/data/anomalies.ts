import { type History, NEVER, type OperationView, NONE } from "#core/history";
import type { VerdictDocument } from "#core/run";
import { ANOMALY_TYPES, type Anomaly } from "#core/verdict";
import { printable, printableValue } from "../printable.ts";
import type {
  AnomalyGroup,
  FaultBand,
  ReportAnomaly,
  ReportCause,
  ReportEdge,
  ReportOperation,
} from "../schema.ts";
import { ANOMALY_WORDS } from "../words.ts";
import { labelOf } from "../diagram/label.ts";
import { faultsBetween } from "./faults.ts";

/** A person follows a handful of operations; the rest of a larger witness is in the history. */
const MAX_WITNESS = 40;

/**
 * The anomalies by type: those listed first; of them what breaks a promise, then design flaws, then what lost data; else in the verdict's order.
 * And the rows of all their witnesses.
 */
export function anomalyGroups(
  verdict: VerdictDocument,
  history: History,
  bands: readonly FaultBand[],
): { readonly groups: AnomalyGroup[]; readonly witnessRows: ReadonlySet<number> } {
  const witnessRows = new Set<number>();
  const byType = new Map<Anomaly["type"], ReportAnomaly[]>();
  for (const anomaly of verdict.anomalies) {
    const list = byType.get(anomaly.type) ?? [];
    byType.set(anomaly.type, list);
    list.push(reportAnomaly(anomaly, list.length + 1, history, bands));
    for (const row of rowsOf(anomaly, history)) witnessRows.add(row);
  }
  const counted = ANOMALY_TYPES.filter((type) => !byType.has(type) && (verdict.counts[type] ?? 0) > 0);
  const groups = [...byType.keys(), ...counted].map((type) => {
    const anomalies = byType.get(type) ?? [];
    return { type, count: Math.max(verdict.counts[type] ?? 0, anomalies.length), anomalies };
  });
  return { groups: groups.toSorted(byWeight(verdict)), witnessRows };
}

function byWeight({ expectations }: VerdictDocument): (a: AnomalyGroup, b: AnomalyGroup) => number {
  const broken = new Set(expectations.flatMap(({ model, outcome }) => (outcome === "broken" ? [model] : [])));
  const weights = ({ type, anomalies }: AnomalyGroup): readonly boolean[] => [
    anomalies.length > 0,
    anomalies.some(({ model }) => broken.has(model)),
    anomalies.some(({ triage }) => triage?.class === "flaw"),
    // What went wrong at its first operation is a write that did not stay.
    ANOMALY_WORDS[type].wrongAt === "first",
  ];
  return (a, b) => {
    const [left, right] = [weights(a), weights(b)];
    const first = left.findIndex((has, i) => has !== right[i]);
    return first < 0 ? 0 : left[first] === true ? -1 : 1;
  };
}

/** Each with the id that its first anomaly has among the groups. */
export function reportCauses({ causes = [], anomalies }: VerdictDocument): ReportCause[] {
  const seen = new Map<string, number>();
  const ids = anomalies.map(({ type }) => {
    const n = (seen.get(type) ?? 0) + 1;
    seen.set(type, n);
    return `${type}-${n}`;
  });
  return causes.flatMap(({ class: is, type: name, sentence, count, first, last, anomalies: places }) => {
    const type = ANOMALY_TYPES.find((one) => one === name);
    const anomaly = ids[places[0] ?? -1] ?? null;
    return type === undefined
      ? []
      : [{ class: is, type, sentence: printable(sentence), count, anomaly, from: first, to: last }];
  });
}

function rowsOf(anomaly: Anomaly, history: History): number[] {
  return [...new Set(anomaly.witness)]
    .map((index) => history.rowOf(index))
    .filter((row) => row !== NONE)
    .sort((a, b) => a - b);
}

function reportAnomaly(
  anomaly: Anomaly,
  n: number,
  history: History,
  bands: readonly FaultBand[],
): ReportAnomaly {
  const rows = rowsOf(anomaly, history);
  const operations = rows.slice(0, MAX_WITNESS).map((row) => reportOperation(history, row));
  const from = operations.length === 0 ? null : Math.min(...operations.map((operation) => operation.start));
  const to =
    operations.length === 0
      ? null
      : Math.max(...operations.map((operation) => operation.end ?? operation.start));
  return {
    id: `${anomaly.type}-${n}`,
    model: anomaly.model,
    level: anomaly.level === undefined ? null : printable(anomaly.level, 60),
    key: anomaly.key === undefined ? null : printable(anomaly.key, 60),
    explanation: printable(anomaly.explanation),
    triage:
      anomaly.triage === undefined
        ? null
        : { class: anomaly.triage.class, reason: printable(anomaly.triage.reason) },
    operations,
    edges: reportEdges(anomaly, operations),
    operationsLeftOut: anomaly.witness.length - operations.length,
    from,
    to,
    faults:
      from === null || to === null
        ? []
        : faultsBetween(bands, from, ANOMALY_WORDS[anomaly.type].wrongAt === "first" ? from : to),
  };
}

/** Edges between the operations shown, each after those it follows from; an edge that follows from one not shown is not. */
export function reportEdges(
  { edges = [] }: Anomaly,
  operations: readonly Pick<ReportOperation, "index">[],
): ReportEdge[] {
  const placeOf = new Map(operations.map(({ index }, place) => [index, place]));
  const shown: ReportEdge[] = [];
  const newPlace = new Map<number, number>();
  edges.forEach(({ from, to, kind, reason, because = [] }, old) => {
    const [start, end] = [placeOf.get(from), placeOf.get(to)];
    if (start === undefined || end === undefined || !because.every((place) => newPlace.has(place))) return;
    const premises = because.map((place) => newPlace.get(place) as number);
    newPlace.set(
      old,
      shown.push({ from: start, to: end, kind, reason: printable(reason, MAX_REASON), because: premises }) -
        1,
    );
  });
  return shown;
}

const MAX_REASON = 400;

function whoOf({ session, process, final }: OperationView): string {
  if (session !== String(process)) return printable(session, 40);
  return final ? "final" : `p${process}`;
}

/** One operation with texts ready for display. */
export function reportOperation(history: History, row: number): ReportOperation {
  const operation = history.operation(row);
  const end = history.retRank[row] as number;
  const unanswered = operation.f === "read" && operation.status !== "ok";
  const { process } = operation;
  return {
    index: operation.index,
    endIndex: end === NEVER ? null : end,
    process,
    who: whoOf(operation),
    f: operation.f,
    label: labelOf(history, row),
    key: operation.key === undefined ? null : printable(operation.key, 60),
    value: unanswered ? "" : printableValue(operation.value),
    status: operation.status,
    error: operation.error === undefined ? null : printable(operation.error, 120),
    node: operation.node === undefined ? null : printable(operation.node, 60),
    start: operation.start,
    end: operation.end ?? null,
    final: operation.final,
  };
}
