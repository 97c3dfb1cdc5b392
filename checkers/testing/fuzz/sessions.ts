import { UNLIMITED } from "#core/budget";
import type { History } from "#core/history";
import type { VersionOrder } from "#core/operation";
import { sessions } from "../../sessions/sessions.ts";
import { registerRuns, type RunShape } from "../arbitrary.ts";
import { headerOf, type Operation, operationsOf } from "../operations.ts";
import { brokenGuarantees, type Guarantee, impossibleGuarantees } from "../oracles/sessions.ts";
import { type Comparison, type FuzzCase, unprovedWitness, withDisagreement } from "./fuzz-case.ts";

const shapes: readonly (readonly [VersionOrder, RunShape])[] = [
  ["unknown", { sessions: 2, keys: 1, operations: 14, lies: 100, cas: 8 }],
  ["single-writer", { sessions: 2, keys: 1, operations: 10, lies: 80, singleWriter: true }],
  ["value", { sessions: 2, keys: 1, operations: 9, lies: 40, cas: 15 }],
  ["version", { sessions: 2, keys: 1, operations: 7, lies: 20, cas: 15 }],
];

/** Session guarantees, for each way in which the order of versions is known. */
export const sessionCases: readonly FuzzCase[] = shapes.map(([order, shape]) => ({
  title: `version order: ${order}`,
  checker: sessions,
  models: sessions.models,
  header: headerOf({ order }),
  runs: order === "version" ? registerRuns(shape).map(withVersions) : registerRuns(shape),
  compare: (history) => compare(history, order),
}));

const brokenIn = (operations: readonly Operation[], order: VersionOrder): Set<Guarantee> =>
  order === "unknown" ? impossibleGuarantees(operations) : brokenGuarantees(operations, order);

function compare(history: History, order: VersionOrder): Comparison {
  const { results, anomalies } = sessions.check(history, UNLIMITED);
  const truth = brokenIn(operationsOf(history), order);
  const claimed = new Set(
    results.flatMap(({ model, verdict }) => (verdict === "violated" ? [model as Guarantee] : [])),
  );
  const verdict =
    claimed.size > 0
      ? "violated"
      : results.some((result) => result.verdict === "unknown") && order !== "unknown"
        ? "unknown"
        : "satisfied";
  const [wrong] = claimed.symmetricDifference(truth);
  if (wrong !== undefined) {
    const text = `the checker says ${claimed.has(wrong) ? "violated" : "not violated"}`;
    return withDisagreement(verdict, wrong, !truth.has(wrong), text);
  }
  const unproved = unprovedWitness(sessions, history, anomalies, (part, { model }) =>
    brokenIn(part, order).has(model as Guarantee),
  );
  return withDisagreement(verdict, anomalies[0]?.model ?? "read-your-writes", false, unproved);
}

/** Versions that rise and fall against the order of writing. */
const VERSIONS = [0, 4, 1, 6, 2, 3, 9, 5, 8, 7];
function withVersions(run: readonly Operation[]): Operation[] {
  return run.map((operation) => {
    const { f, status, value, expected, result, observed } = operation;
    const told =
      f === "cas" && result === false
        ? (observed ?? null)
        : f === "read" || f === "write" || result === true
          ? value
          : expected;
    return status === "ok" && typeof told === "number" && told < VERSIONS.length
      ? { ...operation, version: VERSIONS[told]! }
      : operation;
  });
}
