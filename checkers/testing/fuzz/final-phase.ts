import type fc from "fast-check";
import { UNLIMITED } from "#core/budget";
import type { History } from "#core/history";
import type { ObjectType, VersionOrder } from "#core/operation";
import { convergence } from "../../convergence/convergence.ts";
import { lostWrites } from "../../lost-writes/lost-writes.ts";
import { setDurability } from "../../set-durability/set-durability.ts";
import { crdtRuns, rgaRuns } from "../arbitrary-crdt.ts";
import { withFinalReads } from "../arbitrary-final.ts";
import { counterRuns, listsOf, objectRuns } from "../arbitrary-objects.ts";
import { setRuns } from "../arbitrary-set.ts";
import { registerRuns, type RunShape } from "../arbitrary.ts";
import { headerOf, type Operation, operationsOf } from "../operations.ts";
import {
  divergedKeys,
  lastRoundOf,
  lostElements,
  lostInTime,
  lostValues,
  staleSetReads,
  unexpectedElements,
} from "../oracles/final-phase.ts";
import { unexplainedInFinals } from "../oracles/final-reads.ts";
import { isLinearizableSet } from "../oracles/linearizable-set.ts";
import {
  type Comparison,
  countCase,
  type FuzzCase,
  unprovedWitness,
  verdictCase,
  withDisagreement,
} from "./fuzz-case.ts";

const TWO = ["n1", "n2"];
const THREE = ["n1", "n2", "n3"];

const lossShapes: readonly (readonly [VersionOrder, RunShape])[] = [
  ["single-writer", { sessions: 2, keys: 2, operations: 10, lies: 40, singleWriter: true }],
  ["value", { sessions: 2, keys: 2, operations: 10, lies: 40, cas: 20 }],
  ["unknown", { sessions: 3, keys: 2, operations: 9, lies: 40, cas: 10, deletes: 8 }],
];

const lostIn = (operations: readonly Operation[], order: VersionOrder): number =>
  order === "unknown" ? lostInTime(operations, TWO).length : lostValues(operations, TWO, order).length;

const lostWriteCases = lossShapes.map(([order, shape]) =>
  countCase({
    title: `version order: ${order}`,
    checker: lostWrites,
    types: { "lost-write": "no-lost-writes" },
    header: headerOf({ order }, TWO),
    runs: withFinalReads(registerRuns(shape), TWO),
    count: (operations) => ({ "lost-write": lostIn(operations, order) }),
    also: ({ results }, operations) => {
      const keys = [...Map.groupBy(operations, ({ key }) => key).values()];
      const [result] = results;
      if (result?.verdict !== "unknown" || !keys.every((ofKey) => lastRoundOf(ofKey, TWO))) return undefined;
      return /nobody wrote|no place/.test(result.reason ?? "") ? undefined : `undecided: ${result.reason}`;
    },
  }),
);

const setCases = [
  ...[false, true].map((again) =>
    countCase({
      title: again ? "sets with elements put in again" : "sets with final reads",
      checker: setDurability,
      types: {
        "lost-element": "no-lost-writes",
        "stale-read": "linearizable",
        "future-read": "linearizable",
        "unexpected-element": "causal",
      },
      header: headerOf({ type: "set" }, TWO),
      runs: withFinalReads(setRuns({ sessions: 3, keys: 2, operations: 10, lies: 20, again }), TWO),
      count: (operations) => ({
        "lost-element": lostElements(operations, TWO).length,
        "stale-read": staleSetReads(operations).length,
        ...unexpectedElements(operations),
      }),
      isBroken: (part, { type }) => {
        if (type === "lost-element") return lostElements(part, TWO).length > 0;
        if (type !== "stale-read") return (unexpectedElements(part)[type] ?? 0) > 0;
        return part.some(({ final }) => final) || !isLinearizableSet(part);
      },
    }),
  ),
  verdictCase({
    title: "reads of sets",
    checker: setDurability,
    model: "linearizable",
    header: headerOf({ type: "set" }, TWO),
    runs: setRuns({ sessions: 3, keys: 1, operations: 8, lies: 50 }),
    holds: (operations) => isLinearizableSet(operations),
    open: "satisfied",
  }),
  verdictCase({
    title: "reads of sets with elements put in again",
    checker: setDurability,
    model: "linearizable",
    header: headerOf({ type: "set" }, TWO),
    runs: setRuns({ sessions: 3, keys: 1, operations: 8, lies: 90, again: true }),
    holds: (operations) => isLinearizableSet(operations),
    open: "satisfied",
  }),
];

const convergenceCase = (type: ObjectType, runs: fc.Arbitrary<Operation[]>): FuzzCase => ({
  title: `${type}s`,
  checker: convergence,
  models: ["convergence"],
  header: headerOf({ type }, THREE),
  runs,
  compare: (history) => compareConvergence(history, type),
});

function compareConvergence(history: History, type: ObjectType): Comparison {
  const { results, anomalies, counts } = convergence.check(history, UNLIMITED);
  const operations = operationsOf(history);
  const diverged = divergedKeys(operations, THREE, type).length;
  const strange = unexplainedInFinals(operations, type);
  const found = counts["diverged"] ?? 0;
  const { verdict = "not-applicable" } = results[0] ?? {};
  // An indefinite write may land between two final reads: what it explains is not called diverged.
  const isDefinite = operations.every(({ status }) => status !== "info");
  const isWrong = found > diverged || (isDefinite && found !== diverged);
  const text = isWrong
    ? `the checker counts ${found} diverged keys, the definition ${diverged}`
    : (counts["unexplained-final-read"] ?? 0) !== strange
      ? `the checker counts ${counts["unexplained-final-read"] ?? 0} unexplained final reads, the definition ${strange}`
      : verdict === "satisfied" && diverged + strange > 0
        ? "the checker says satisfied"
        : unprovedWitness(convergence, history, anomalies, (part, anomaly) =>
            anomaly.type === "diverged"
              ? divergedKeys(part, THREE, type).length === 1
              : unexplainedInFinals(part, type) > 0,
          );
  return withDisagreement(verdict, "convergence", diverged + strange === 0, text);
}

const onThree = (runs: fc.Arbitrary<Operation[]>): fc.Arbitrary<Operation[]> => withFinalReads(runs, THREE);

/** What the reads after healing show: losses and divergence. */
export const finalPhaseCases: readonly FuzzCase[] = [
  ...lostWriteCases,
  ...setCases,
  convergenceCase(
    "register",
    onThree(registerRuns({ sessions: 3, keys: 2, operations: 8, lies: 20, deletes: 5 })),
  ),
  convergenceCase("set", onThree(setRuns({ sessions: 3, keys: 2, operations: 8, lies: 20 }))),
  convergenceCase("list", onThree(objectRuns(listsOf(true), { sessions: 3, operations: 6, lies: 20 }))),
  convergenceCase("counter", onThree(objectRuns(counterRuns, { sessions: 3, operations: 6, lies: 20 }))),
  convergenceCase(
    "text",
    crdtRuns(rgaRuns, { sessions: 2, operations: 6, lies: 20, causal: false, nodes: THREE }),
  ),
];
