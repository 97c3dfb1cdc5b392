import type { CheckResult } from "#core/checker";
import { counterDurability } from "../../counters/counter-durability.ts";
import { withFinalReads } from "../arbitrary-final.ts";
import { countersOf, objectRuns } from "../arbitrary-objects.ts";
import { headerOf, type Operation } from "../operations.ts";
import { lossIn, missingIn, unexplainedCounts } from "../oracles/counters.ts";
import { lastRoundOf } from "../oracles/final-phase.ts";
import { countCase, type FuzzCase } from "./fuzz-case.ts";

const NODES = ["n1", "n2"];

const hasAcknowledged = (operations: readonly Operation[]): boolean =>
  operations.some(({ f, status }) => f === "increment" && status === "ok");

const isLost = (operations: readonly Operation[]): boolean =>
  hasAcknowledged(operations) && lossIn(operations, NODES)?.isLost === true;

/** The verdict where nothing is lost, and whether the sentence of a loss claims more than is certain. */
function also({ results, anomalies }: CheckResult, operations: readonly Operation[]): string | undefined {
  const loss = lossIn(operations, NODES);
  const kept = loss?.isKept === true ? "satisfied" : "unknown";
  const decided = isLost(operations) ? "violated" : kept;
  const expected = hasAcknowledged(operations) ? decided : "not-applicable";
  if (results[0]?.verdict !== expected) return `it says ${results[0]?.verdict}, not ${expected}`;
  const claim = anomalies.find(({ type }) => type === "lost-increment")?.explanation;
  if (claim === undefined) return undefined;
  if (!claim.includes("unless") && loss?.isCertain !== true) return `it is not certain that ${claim}`;
  const named = claim.includes("if none came twice");
  const isOnlyChoice = missingIn(operations, lastRoundOf(operations, NODES)![0]!).length === 1;
  return named && !isOnlyChoice ? `others may be missing than ${claim}` : undefined;
}

const counterCase = (title: string, amounts: readonly number[]): FuzzCase =>
  countCase({
    title,
    checker: counterDurability,
    types: {
      "lost-increment": "no-lost-writes",
      "impossible-count": "causal",
      "aborted-read": "causal",
      "future-read": "linearizable",
    },
    header: headerOf({ type: "counter" }, NODES),
    runs: withFinalReads(objectRuns(countersOf(amounts), { sessions: 3, operations: 7, lies: 25 }), NODES),
    count: (operations) => ({
      "lost-increment": isLost(operations) ? 1 : 0,
      ...unexplainedCounts(operations),
    }),
    also,
  });

export const counterCases: readonly FuzzCase[] = [
  counterCase("rising counters", [1, 2, 4, 5]),
  counterCase("rising and falling counters", [1, 2, 3, -1, -4]),
];
