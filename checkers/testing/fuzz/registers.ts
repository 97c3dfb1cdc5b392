import { linearizable } from "../../linearizable/linearizable.ts";
import { registerRuns, type RunShape } from "../arbitrary.ts";
import { headerOf } from "../operations.ts";
import { isLinearizable } from "../oracles/linearizable.ts";
import { type FuzzCase, verdictCase } from "./fuzz-case.ts";

const shapes: readonly (readonly [string, RunShape])[] = [
  ["reads and writes", { sessions: 3, keys: 1, operations: 9, lies: 45 }],
  ["with compare-and-sets", { sessions: 4, keys: 1, operations: 9, lies: 25, cas: 50 }],
  ["with deletions", { sessions: 3, keys: 1, operations: 9, lies: 50, deletes: 8, cas: 10 }],
  ["with repeated values", { sessions: 4, keys: 1, operations: 9, lies: 35, deletes: 8, cas: 25, values: 2 }],
];

/** Registers, by tracing values and, where they repeat, by search. */
export const registerCases: readonly FuzzCase[] = shapes.map(([title, shape]) =>
  verdictCase({
    title,
    checker: linearizable,
    model: "linearizable",
    header: headerOf({}),
    runs: registerRuns(shape),
    holds: (operations) => isLinearizable(operations),
    open: "nothing",
  }),
);
