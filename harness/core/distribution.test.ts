import { expect, test } from "vitest";
import { type Distribution, distributionSchema, drawFrom } from "./distribution.ts";
import { Random } from "./random.ts";
import { MILLISECOND } from "./units.ts";

const DRAWS = 20_000;

function draw(distribution: Distribution) {
  const random = new Random("draws");
  const draws = Array.from({ length: DRAWS }, () => drawFrom(distribution, random)).sort((a, b) => a - b);
  const at = (share: number): number => (draws[Math.floor(share * (DRAWS - 1))] ?? 0) / MILLISECOND;
  return { min: at(0), median: at(0.5), p99: at(0.99), max: at(1), whole: draws.every(Number.isInteger) };
}

/** Within two percent of what the distribution's formula says. */
const near = (actual: number, expected: number): boolean => Math.abs(actual / expected - 1) < 0.02;

test("constant and uniform", () => {
  expect(draw({ kind: "constant", value: 5 * MILLISECOND })).toMatchObject({ min: 5, max: 5 });
  const { min, median, max } = draw({ kind: "uniform", min: 2 * MILLISECOND, max: 4 * MILLISECOND });
  expect(min).toBeGreaterThanOrEqual(2);
  expect(max).toBeLessThanOrEqual(4);
  expect(near(median, 3)).toBe(true);
});

test("an exponential tail: half of it is below ln 2 of its mean", () => {
  const { min, median } = draw({ kind: "exponential", min: 10 * MILLISECOND, tail: 10 * MILLISECOND });
  expect(min).toBeGreaterThanOrEqual(10);
  expect(near(median, 10 + 10 * Math.LN2)).toBe(true);
});

test("log-normal: a median, and a tail that grows with sigma", () => {
  const { median, p99 } = draw({ kind: "log-normal", median: 10 * MILLISECOND, sigma: 1 });
  expect(near(median, 10)).toBe(true);
  expect(p99).toBeGreaterThan(90);
  expect(p99).toBeLessThan(115);
});

test("pareto: the tail is heavy, and ends at an hour", () => {
  const { min, median, p99 } = draw({ kind: "pareto", min: MILLISECOND, shape: 1 });
  expect(min).toBeGreaterThanOrEqual(1);
  expect(near(median, 2)).toBe(true);
  expect(p99).toBeGreaterThan(80);
  expect(draw({ kind: "pareto", min: MILLISECOND, shape: 0.05 }).max).toBe(3_600_000);
});

test("draws are whole nanoseconds", () => {
  expect(draw({ kind: "log-normal", median: 10.5, sigma: 0.3 }).whole).toBe(true);
});

test("what is stored is checked", () => {
  expect(distributionSchema.safeParse({ kind: "constant", value: -1 }).success).toBe(false);
  expect(distributionSchema.safeParse({ kind: "gaussian", value: 1 }).success).toBe(false);
  expect(distributionSchema.safeParse({ kind: "constant", value: 1, tail: 2 }).success).toBe(false);
});
