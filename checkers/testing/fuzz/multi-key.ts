import type { Checker } from "#core/checker";
import { causal } from "../../causal/causal.ts";
import { sessionViews } from "../../causal/session-views.ts";
import { sequential } from "../../sequential/sequential.ts";
import { registerRuns } from "../arbitrary.ts";
import { headerOf } from "../operations.ts";
import { keeps, type MultiKeyModel } from "../oracles/multi-key.ts";
import { type FuzzCase, verdictCase } from "./fuzz-case.ts";

const models: readonly (readonly [MultiKeyModel, Checker, { sessions: number; lies: number }])[] = [
  ["causal", causal, { sessions: 3, lies: 95 }],
  ["causal-convergent", causal, { sessions: 3, lies: 90 }],
  ["causal-memory", sessionViews, { sessions: 3, lies: 90 }],
  ["pram", sessionViews, { sessions: 3, lies: 95 }],
  ["sequential", sequential, { sessions: 4, lies: 90 }],
];

/** Sessions that do not wait for the end of an operation before the next promise less; most of their views are undecided. */
const OVERLAPPING = { sessions: 2, lies: 95, overlapping: true };

/** Models of registers that real time has no part in. */
export const multiKeyCases: readonly FuzzCase[] = models.flatMap(([model, checker, shape]) =>
  [shape, ...(checker === sessionViews ? [] : [OVERLAPPING])].map((sessions) =>
    verdictCase({
      title: sessions === shape ? model : `${model}, overlapping in sessions`,
      checker,
      model,
      header: headerOf({}),
      runs: registerRuns({ ...sessions, keys: 2, operations: 8, cas: 8 }),
      holds: (operations) => keeps(model, operations),
      open: "unknown",
    }),
  ),
);
