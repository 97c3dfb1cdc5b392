import { type History, NONE } from "#core/history";
import type { VerdictDocument } from "#core/run";
import { ACCEPTABLE_DELAY } from "#core/triage-classes";
import type { Triage } from "#core/triage";
import type { Nanoseconds } from "#core/units";
import type { Anomaly, Model } from "#core/verdict";
import { isFinal } from "../../../checkers/registers/access.ts";
import { endOf, isTimed, keyWords } from "../../../checkers/words.ts";
import { type Lattice, latticeOf } from "../lattice.ts";
import { causesOf } from "./causes.ts";
import {
  type FaultSpan,
  faultSpans,
  freeTime,
  nearbyFaults,
  stopsConvergence,
  type Window,
} from "./fault-spans.ts";
import { type Kind, TYPE_FACTS } from "./kinds.ts";
import { type Culprit, culpritOf, isRead } from "./missed.ts";
import { agreementOf, type Resolution, resolutionOf } from "./resolution.ts";
import { classify } from "./rules.ts";

/**
 * The verdict with every anomaly triaged, and the causes that they share. Pure. `bound`: how much convergence delay is
 * acceptable, nanoseconds.
 */
export function triaged(
  history: History,
  verdict: VerdictDocument,
  bound: Nanoseconds = ACCEPTABLE_DELAY,
): VerdictDocument {
  const lattice = latticeOf(history);
  const anomalies = verdict.anomalies.map((anomaly) => ({
    ...anomaly,
    triage: triageOf(anomaly, { history, lattice, bound, expectations: verdict.expectations }),
  }));
  return { ...verdict, anomalies, causes: causesOf(anomalies) };
}

interface Setting {
  readonly history: History;
  readonly lattice: Lattice;
  readonly bound: Nanoseconds;
  readonly expectations: VerdictDocument["expectations"];
}

function triageOf(anomaly: Anomaly, { history, lattice, bound, expectations }: Setting): Triage {
  const { kind } = TYPE_FACTS[anomaly.type];
  const rows = anomaly.witness
    .map((index) => history.rowOf(index))
    .filter((row) => row !== NONE)
    .toSorted((a, b) => a - b);
  const key = anomaly.key === undefined ? NONE : history.keys.indexOf(anomaly.key);
  const found = kind === "late" ? culpritOf(history, rows, key) : undefined;
  const resolution = found === undefined ? undefined : resolved(history, found);
  const culprit = found?.row ?? NONE;
  const spans = faultSpans(history);
  const breaks = brokenClaims(anomaly, { history, lattice, expectations });
  const times = resolution === undefined ? {} : timesOf(history, resolution, spans);
  const window = windowOf(history, { rows, kind, culprit, resolution });
  const facts = {
    kind,
    model: anomaly.model,
    breaks,
    bound,
    fate: resolution?.fate ?? (kind === "lost" || kind === "apart" ? kind : "lasting"),
    anyClaims: expectations.some(({ is }) => is === "holds" || is === "may-break" || is === "breaks"),
    atLeast: times.atLeast,
    atMost: times.atMost,
    since: resolution === undefined ? "" : sinceWords(resolution, spans),
    ...placeWords(history, culprit),
  };
  return {
    ...classify(facts),
    fate: facts.fate,
    ...(facts.atLeast === undefined ? {} : { tookAtLeast: facts.atLeast }),
    ...(facts.atMost === undefined ? {} : { tookAtMost: facts.atMost }),
    bound,
    breaks,
    nodes: nodesOf(history, { rows, kind, culprit }),
    at: window.to,
    faults: nearbyFaults(spans, window, { aftermath: bound, destroyable: kind === "lost" }),
  };
}

const resolved = (history: History, { row, missed }: Culprit): Resolution =>
  missed === undefined ? agreementOf(history, row) : resolutionOf(history, row, missed);

/** Without the time in which faults kept nodes apart or still. */
function timesOf(
  history: History,
  { known, lastMissed, shown }: Resolution,
  spans: readonly FaultSpan[],
): { readonly atLeast?: Nanoseconds; readonly atMost?: Nanoseconds } {
  if (!isTimed(history)) return {};
  return {
    atLeast: freeTime(spans, known, lastMissed),
    ...(shown === undefined ? {} : { atMost: freeTime(spans, known, shown) }),
  };
}

/** What the time of a resolution counts from. */
function sinceWords(
  { known, lastMissed, shown = lastMissed }: Resolution,
  spans: readonly FaultSpan[],
): string {
  const stopping = spans.filter((span) => stopsConvergence(span) && span.from < shown && span.to > known);
  const last = stopping.at(-1);
  if (last === undefined) return " after it was known";
  const words = `${last.fault}${last.nodes.length === 0 ? "" : ` of ${last.nodes.join(", ")}`}`;
  if (stopping.length === 1 && last.from <= known && last.to <= shown) return ` after ${words} was healed`;
  return `, not counting the time of ${words}${stopping.length > 1 ? " and other faults" : ""}`;
}

function placeWords(history: History, culprit: number): { readonly shownBy: string; readonly place: string } {
  if (culprit === NONE) return { shownBy: "every node", place: "it" };
  const key = history.key[culprit]!;
  const name = key === NONE ? "it" : keyWords(history, key);
  const node = history.nodeNames[history.node[culprit]!];
  return node === undefined
    ? { shownBy: "a later read", place: name }
    : { shownBy: node, place: `${name} from ${node}` };
}

interface Scene {
  readonly rows: readonly number[];
  readonly kind: Kind;
  readonly culprit: number;
}

/** What was updated during the run, in a witness. */
const updates = (history: History, rows: readonly number[]): number[] =>
  rows.filter((row) => !isFinal(history, row) && !isRead(history, row));

/** When it went wrong: what was late, from when it was known; what was lost, while it was acknowledged. */
function windowOf(
  history: History,
  { rows, kind, culprit, resolution }: Scene & { readonly resolution: Resolution | undefined },
): Window {
  const span = (of: readonly number[]): Window => ({
    from: Math.min(...of.map((row) => history.invTime[row]!)),
    to: Math.max(...of.map((row) => endOf(history, row))),
  });
  if (culprit !== NONE && resolution !== undefined) {
    const to = endOf(history, culprit);
    return { from: Math.min(resolution.known, history.invTime[culprit]!), to };
  }
  const changed = updates(history, rows);
  const during = rows.filter((row) => !isFinal(history, row));
  const last = changed.at(-1);
  if (kind === "lost" && last !== undefined) return span([last]);
  if (kind === "apart" && changed.length > 0) return span(changed);
  if (during.length > 0) return span(during);
  return rows.length === 0 ? { from: 0, to: 0 } : span(rows);
}

/** Where it showed: on the node that answered late, that acknowledged what is lost, that differ in the end. */
function nodesOf(history: History, { rows, kind, culprit }: Scene): string[] {
  const lost = updates(history, rows).slice(-1);
  const finals = rows.filter((row) => isFinal(history, row));
  const last = rows.filter((row) => isRead(history, row)).slice(-1);
  const shown =
    culprit !== NONE
      ? [culprit]
      : kind === "lost"
        ? lost
        : kind === "apart"
          ? finals.slice(-2)
          : last.length > 0
            ? last
            : lost;
  const names = shown.flatMap((row) => history.nodeNames[history.node[row]!] ?? []);
  return [...new Set(names)].toSorted();
}

/** Claims that were found broken and that this anomaly breaks: of its model, or of one that it follows from. */
function brokenClaims(
  { model, level, key }: Anomaly,
  { history, lattice, expectations }: Pick<Setting, "history" | "lattice" | "expectations">,
): Model[] {
  const id = key === undefined ? NONE : history.keys.indexOf(key);
  const kind = id < 0 ? undefined : history.objectOf(id).keys;
  return [
    ...new Set(
      expectations
        .filter(({ is, outcome }) => is === "holds" && outcome === "broken")
        .filter((claim) => claim.model === model || lattice.follows(model, claim.model))
        .filter((claim) => claim.level === undefined || level === undefined || claim.level === level)
        .filter((claim) => claim.objects === undefined || kind === undefined || claim.objects === kind)
        .map((claim) => claim.model),
    ),
  ];
}
