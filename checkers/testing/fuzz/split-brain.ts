import { splitBrain } from "../../split-brain/split-brain.ts";
import { sharedLocks } from "../arbitrary-shared-locks.ts";
import { registerRuns, type RunShape } from "../arbitrary.ts";
import { headerOf } from "../operations.ts";
import { isLinearizableObject, lockEffect } from "../oracles/linearizable-object.ts";
import { isLinearizable } from "../oracles/linearizable.ts";
import { forkedValues, heldTwice } from "../oracles/split-brain.ts";
import { countCase, type FuzzCase, verdictCase } from "./fuzz-case.ts";

const checker = splitBrain;

const forkCase = (title: string, shape: RunShape): FuzzCase =>
  countCase({
    title,
    checker,
    types: { "split-brain": "linearizable" },
    header: headerOf({}),
    runs: registerRuns(shape),
    count: (operations) => ({ "split-brain": forkedValues(operations).length }),
    also: ({ anomalies }, operations) =>
      anomalies.length > 0 && isLinearizable(operations) ? "some order explains the fork" : undefined,
    isBroken: (part) => forkedValues(part).length > 0 && !isLinearizable(part),
  });

const locks = {
  checker,
  model: "linearizable",
  header: headerOf({ type: "lock" }),
  runs: sharedLocks,
} as const;

/** Forks of registers and locks held twice: as defined, and never linearizable. */
export const splitBrainCases: readonly FuzzCase[] = [
  forkCase("forks", { sessions: 3, keys: 1, operations: 11, lies: 55, cas: 75, deletes: 2 }),
  forkCase("forks of repeated values", {
    sessions: 3,
    keys: 1,
    operations: 10,
    lies: 60,
    cas: 80,
    deletes: 2,
    values: 4,
  }),
  verdictCase({
    ...locks,
    title: "locks held twice",
    holds: (operations) => !heldTwice(operations),
    open: "nothing",
  }),
  verdictCase({
    ...locks,
    title: "locks held twice are not linearizable",
    holds: (operations) => isLinearizableObject(operations, lockEffect, [null, -1]),
    open: "satisfied",
  }),
];
