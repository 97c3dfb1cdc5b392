import { readsFrom } from "../../reads-from.ts";
import { withFinalReads } from "../arbitrary-final.ts";
import { registerRuns } from "../arbitrary.ts";
import { headerOf, type Operation } from "../operations.ts";
import { unexplainedReads } from "../oracles/reads-from.ts";
import { countCase, type FuzzCase } from "./fuzz-case.ts";

const NODES = ["n1", "n2"];

/** Reads of values that nobody wrote are rare in runs: every fifth value read is made one that nobody writes. */
const withThinAir = (run: readonly Operation[]): Operation[] =>
  run.map((operation, i) =>
    operation.f === "read" &&
    operation.status === "ok" &&
    operation.value !== null &&
    (i + run.length) % 5 === 0
      ? { ...operation, value: 99 }
      : operation,
  );

/** Most of what saw the initial state saw 0. */
const startingFull = (run: readonly Operation[]): Operation[] =>
  run.map((operation, i) => {
    if (i % 5 === 0 || operation.status !== "ok") return operation;
    if (operation.f === "read" && operation.value === null) return { ...operation, value: 0 };
    return operation.f === "cas" && operation.expected === null ? { ...operation, expected: 0 } : operation;
  });

export const readsFromCases: readonly FuzzCase[] = [
  countCase({
    title: "reads that no write explains",
    checker: readsFrom,
    types: { "thin-air-read": "causal", "aborted-read": "causal", "future-read": "linearizable" },
    header: headerOf({}, NODES),
    runs: withFinalReads(
      registerRuns({ sessions: 3, keys: 2, operations: 10, lies: 20, cas: 15, deletes: 5 }),
      NODES,
    ).map(withThinAir),
    count: (operations) => unexplainedReads(operations),
  }),
  countCase({
    title: "registers that are not empty at first",
    checker: readsFrom,
    types: { "thin-air-read": "causal", "aborted-read": "causal", "future-read": "linearizable" },
    header: headerOf({ initial: 0 }, NODES),
    runs: withFinalReads(
      registerRuns({ sessions: 3, keys: 2, operations: 10, lies: 20, cas: 15, deletes: 15 }),
      NODES,
    ).map(startingFull),
    count: (operations) => unexplainedReads(operations, 0),
  }),
];
