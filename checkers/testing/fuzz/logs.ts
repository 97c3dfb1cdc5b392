import type { CheckResult } from "#core/checker";
import { logDurability } from "../../logs/log-durability.ts";
import { logOrder } from "../../logs/log-order.ts";
import { logRuns } from "../arbitrary-logs.ts";
import { headerOf, type Operation } from "../operations.ts";
import { logAnomalies, messagesByFate } from "../oracles/logs.ts";
import { countCase, type FuzzCase } from "./fuzz-case.ts";

const NODES = ["n1", "n2"];
const header = headerOf({ type: "log", order: "version" }, NODES);

const orderCase = (title: string, operations: number, lies: number): FuzzCase =>
  countCase({
    title,
    checker: logOrder,
    types: {
      "offset-conflict": "log-order",
      "duplicate-message": "log-order",
      "unexpected-message": "log-order",
      "unordered-poll": "log-order",
      "skipped-message": "log-order",
    },
    header,
    runs: logRuns({ operations, lies, nodes: NODES, losses: 2 }),
    count: logAnomalies,
  });

/** Lost over open over kept. */
function verdictProblem({ results }: CheckResult, operations: readonly Operation[]): string | undefined {
  const { lost, open, kept } = messagesByFate(operations, NODES);
  const expected = lost > 0 ? "violated" : open > 0 ? "unknown" : kept > 0 ? "satisfied" : "not-applicable";
  const verdict = results[0]?.verdict;
  return verdict === expected ? undefined : `it says ${verdict} instead of ${expected}`;
}

const lossCase = (title: string, operations: number, lies: number): FuzzCase =>
  countCase({
    title,
    checker: logDurability,
    types: { "lost-message": "no-lost-writes" },
    header,
    runs: logRuns({ operations, lies, nodes: NODES, losses: 35 }),
    count: (operations) => ({ "lost-message": messagesByFate(operations, NODES).lost }),
    also: verdictProblem,
  });

export const logCases: readonly FuzzCase[] = [
  orderCase("logs", 10, 9),
  orderCase("logs that lie", 7, 30),
  lossCase("messages of logs", 10, 3),
  lossCase("messages of logs that lie", 10, 15),
];
