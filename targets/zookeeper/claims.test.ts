import { expect, test } from "vitest";
import type { Model } from "#core/verdict";
import { claimsOf, type Weather } from "./claims.ts";
import { optionsSchema } from "./options.ts";

const STORMY: Weather = { nodes: 3, faults: true };

const claim = (options: Record<string, unknown>, model: Model, weather: Partial<Weather> = {}) =>
  claimsOf(optionsSchema.parse(options), { ...STORMY, ...weather }).find((entry) => entry.model === model);

test.each([
  [{}, {}, "linearizable", "may-break"],
  [{}, { faults: false }, "linearizable", "may-break"],
  [{}, { nodes: 1 }, "linearizable", "holds"],
  [{}, {}, "sequential", "holds"],
  [{}, {}, "monotonic-reads", "holds"],
  [{ reads: "sync" }, {}, "linearizable", "may-break"],
  [{ reads: "sync" }, { faults: false }, "linearizable", "holds"],
  [{ reads: "quorum" }, {}, "linearizable", "holds"],
  [{ reads: "quorum" }, {}, "no-lost-writes", "holds"],
] as const)("%j, %j: %s %s", (options, weather, model, is) => {
  const found = claim(options, model, weather);
  expect(found?.is).toBe(is);
  expect(found?.reason === undefined).toBe(is === "holds");
});
