import { UNLIMITED } from "#core/budget";
import type { History } from "#core/history";
import type { Json } from "#core/json";
import type { VersionOrder } from "#core/operation";
import type { StalenessBound } from "#core/verdict";
import { boundedStaleness } from "../../staleness/bounded-staleness.ts";
import { measureReads, type ReadLag } from "../../staleness/stale-reads.ts";
import { staleness } from "../../staleness/staleness.ts";
import { registerRuns } from "../arbitrary.ts";
import { headerOf, type Operation, operationsOf, TICK } from "../operations.ts";
import { isLinearizable } from "../oracles/linearizable.ts";
import { stalenessOf } from "../oracles/staleness.ts";
import { readValue } from "../oracles/version-order.ts";
import {
  type Comparison,
  type FuzzCase,
  unprovedWitness,
  verdictCase,
  withDisagreement,
} from "./fuzz-case.ts";

const orders: readonly VersionOrder[] = ["unknown", "value"];
const bounds: readonly StalenessBound[] = [{ time: 0 }, { time: 2 * TICK }, { versions: 0 }, { versions: 1 }];

/** Every read on its own: how many versions, and how long, it was behind. */
export const stalenessCases: readonly FuzzCase[] = [
  ...orders.map((order) => ({
    title: `each read, version order: ${order}`,
    checker: staleness,
    models: staleness.models,
    header: headerOf({ order }),
    runs: registerRuns({ sessions: 2, keys: 1, operations: 9, lies: 100 }),
    compare: (history: History, run: readonly Operation[]) => compare(history, run, order),
  })),
  verdictCase({
    title: "stale reads of several keys",
    checker: staleness,
    model: "linearizable",
    header: headerOf({}),
    runs: registerRuns({ sessions: 3, keys: 2, operations: 12, lies: 90, cas: 10, deletes: 5 }),
    holds: (operations) =>
      [...Map.groupBy(operations, ({ key }) => key).values()].every((ofKey) => isLinearizable(ofKey)),
    open: "satisfied",
  }),
  ...orders.flatMap((order) => bounds.map((bound) => boundedCase(bound, order))),
];

/** A bound on every read by itself: provably exceeded, kept by all, or not known because some read cannot be traced. */
function boundedCase(bound: StalenessBound, order: VersionOrder): FuzzCase {
  const words = "time" in bound ? `${bound.time / TICK} ticks` : `${bound.versions} versions`;
  return {
    title: `at most ${words}, version order: ${order}`,
    checker: boundedStaleness(bound),
    models: ["bounded-staleness"],
    header: headerOf({ order }),
    runs: registerRuns({
      sessions: 2,
      keys: 1,
      operations: "versions" in bound ? 14 : 10,
      lies: 100,
      // Two writers seldom write in the order of their values.
      singleWriter: order === "value" && "versions" in bound,
    }),
    compare: (history, run) => compareBounded(history, run, bound, order),
  };
}

/** The lag of every read that was measured, in the order of the history. */
export function lagsOf(history: History): Omit<ReadLag, "newer">[] {
  const lags: Omit<ReadLag, "newer">[] = [];
  const fresh = { realTime: undefined, versions: 0, behind: 0 };
  measureReads(history, UNLIMITED, (row, lag) => lags.push(lag ?? { row, ...fresh }));
  return lags.sort((a, b) => a.row - b.row);
}

function compare(history: History, run: readonly Operation[], order: VersionOrder): Comparison {
  const rows = run.toSorted((a, b) => a.inv - b.inv);
  const traced = run.filter((operation) => takesPart(operation, run));
  if (order === "value" && !inOrder(traced)) return { verdict: "not-applicable" };
  const lags = lagsOf(history);
  const wrong = lags
    .map((lag) => ({ lag, truth: stalenessOf(rows[lag.row]!, traced, order) }))
    .find(({ lag, truth }) => lag.versions !== truth.versions || lag.behind !== truth.behind * TICK);
  const text =
    wrong === undefined
      ? unprovedWitness(
          staleness,
          history,
          staleness.check(history, UNLIMITED).anomalies,
          (part) => !isLinearizable(part),
        )
      : `row ${wrong.lag.row} is ${wrong.lag.versions} versions and ${wrong.lag.behind / TICK} ticks behind, by the definition ${wrong.truth.versions} and ${wrong.truth.behind}`;
  const verdict = lags.some(({ versions }) => versions > 0) ? "violated" : "satisfied";
  return withDisagreement(verdict, "linearizable", isLinearizable(operationsOf(history)), text);
}

function compareBounded(
  history: History,
  run: readonly Operation[],
  bound: StalenessBound,
  order: VersionOrder,
): Comparison {
  const rows = run.toSorted((a, b) => a.inv - b.inv);
  const all = run.filter(({ status, f }) => status !== "fail" && (f !== "read" || status === "ok"));
  const traced = all.filter((operation) => takesPart(operation, run));
  if (order === "value" && !inOrder(traced)) return { verdict: "not-applicable" };
  const exceeds = (read: Operation, among: readonly Operation[]): boolean => {
    const { versions, behind } = stalenessOf(read, among, order);
    return "time" in bound ? behind * TICK > bound.time : versions > bound.versions;
  };
  const reads = traced.filter(({ f }) => f === "read");
  const beyond = reads.filter((read) => exceeds(read, traced)).length;
  const { results, counts, anomalies } = boundedStaleness(bound).check(history, UNLIMITED);
  const { verdict = "not-applicable" } = results[0] ?? {};
  const kept = reads.length === 0 ? "not-applicable" : "satisfied";
  const undecided = traced.length === all.length ? kept : "unknown";
  const expected = beyond > 0 ? "violated" : undecided;
  const unproved = anomalies.find(({ witness }) => {
    const chosen = witness.map((index) => history.rowOf(index));
    const part = chosen.map((row) => rows[row]!);
    const again = boundedStaleness(bound).check(history.select(chosen), UNLIMITED);
    return !part.some((one) => one.f === "read" && exceeds(one, part)) || again.anomalies.length === 0;
  });
  const found = counts["too-stale-read"] ?? 0;
  const text =
    found !== beyond
      ? `the checker counts ${found} reads beyond the bound, the definition ${beyond}`
      : verdict !== expected
        ? `the checker says ${verdict} instead of ${expected}`
        : unproved && `the witness ${JSON.stringify(unproved.witness)} proves nothing by itself`;
  return withDisagreement(verdict, "bounded-staleness", beyond === 0, text);
}

/** Writes that may have happened, and reads that one of them, or the initial value, explains. */
function takesPart({ status, f, value, ret }: Operation, run: readonly Operation[]): boolean {
  if (status === "fail" || (f === "read" && status !== "ok")) return false;
  if (f !== "read" || value === null) return true;
  return run.some(
    (other) => other.f === "write" && other.status !== "fail" && other.value === value && other.inv < ret,
  );
}

/** Whether real time and what was read allow the writes to come in the order of their values at all. */
function inOrder(all: readonly Operation[]): boolean {
  const writes = all.filter(({ f }) => f === "write");
  const known = (value: Json): number =>
    Math.min(...all.filter((one) => (readValue(one)?.value ?? one.value) === value).map(({ ret }) => ret));
  return writes.every((a) =>
    writes.every((b) => Number(a.value) <= Number(b.value) || known(a.value) > b.inv),
  );
}
