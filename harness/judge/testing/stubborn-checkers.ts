/** A registry of checkers that obey nobody, for tests of who ends them. */
import { isMainThread } from "node:worker_threads";
import type { Checker, CheckResult } from "#core/checker";
import type { Model } from "#core/verdict";

const satisfied = (model: Model): CheckResult => ({
  results: [{ model, verdict: "satisfied" }],
  anomalies: [],
  counts: {},
});

const checker = (name: string, model: Model, check: () => void): Checker => ({
  name,
  summary: "",
  models: [model],
  partition: "none",
  applies: () => true,
  check: () => {
    check();
    return satisfied(model);
  },
});

export const checkersFor = (): readonly Checker[] => Object.values(checkers);

export const checkers: Readonly<Record<string, Checker>> = {
  obedient: checker("obedient", "convergence", () => undefined),
  /** Never ticks, never ends. */
  endless: checker("endless", "linearizable", () => {
    for (;;);
  }),
  /** Fills memory outside the heap, no faster than a busy machine's supervisor can see it. */
  hoarder: checker("hoarder", "sequential", () => {
    for (const kept: unknown[] = []; ; ) {
      const column = new Float64Array(1 << 17);
      for (let pass = 0; pass < 30; pass++) column.forEach((value, i) => (column[i] = Math.sqrt(value + i)));
      kept.push(column);
    }
  }),
  /** Fills the heap. */
  collector: checker("collector", "causal", () => {
    for (const kept: unknown[] = []; ; ) kept.push({ size: kept.length });
  }),
  failing: checker("failing", "pram", () => {
    throw new Error("oops");
  }),
  /** Finds an anomaly of a type that nobody knows. */
  inventive: {
    ...checker("inventive", "log-order", () => undefined),
    check: () => ({
      results: [{ model: "log-order", verdict: "violated" }],
      anomalies: [{ type: "unheard-of" as never, model: "log-order", witness: [0], explanation: "" }],
      counts: {},
    }),
  },
  /** Satisfied in a worker only. */
  worker: checker("worker", "no-lost-writes", () => {
    if (isMainThread) throw new Error("it was run on the main thread");
  }),
};
