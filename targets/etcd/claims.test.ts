import { expect, test } from "vitest";
import type { Model } from "#core/verdict";
import { claimsOf, type Weather } from "./claims.ts";
import { optionsSchema } from "./options.ts";

const CALM: Weather = { workload: "lin-kv", nodes: 3, pauses: false };

const claim = (options: Record<string, unknown>, model: Model, weather: Partial<Weather> = {}) =>
  claimsOf(optionsSchema.parse(options), { ...CALM, ...weather }).find((entry) => entry.model === model);

test.each([
  [{}, {}, "linearizable", "holds"],
  [{}, {}, "sequential", "holds"],
  [{}, { pauses: true }, "linearizable", "may-break"],
  [{}, { pauses: true }, "monotonic-reads", "may-break"],
  [{}, { pauses: true }, "no-lost-writes", "holds"],
  [{ reads: "serializable" }, {}, "linearizable", "may-break"],
  [{ reads: "serializable" }, {}, "read-your-writes", "may-break"],
  [{ reads: "serializable" }, {}, "monotonic-writes", "holds"],
  [{ reads: "serializable" }, {}, "convergence", "holds"],
  [{ reads: "serializable" }, { nodes: 1 }, "linearizable", "holds"],
  [{}, { workload: "lock" }, "linearizable", "may-break"],
  [{ lease: 0 }, { workload: "lock" }, "linearizable", "holds"],
  [{ lease: 0 }, { workload: "lock", pauses: true }, "linearizable", "holds"],
  [{}, { workload: "lock", nodes: 1 }, "linearizable", "may-break"],
] as const)("%j, %j: %s %s", (options, weather, model, is) => {
  expect(claim(options, model, weather)?.is).toBe(is);
});

test("whatever may break says why", () => {
  for (const reads of ["linearizable", "serializable"])
    for (const pauses of [false, true])
      for (const workload of ["lin-kv", "lock"])
        for (const { is, reason } of claimsOf(optionsSchema.parse({ reads }), { workload, pauses, nodes: 3 }))
          expect(is === "holds" || reason !== undefined).toBe(true);
});
