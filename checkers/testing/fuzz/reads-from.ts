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
    count: unexplainedReads,
  }),
];
