import { z } from "zod";
import type { Random } from "./random.ts";
import type { Nanoseconds } from "./units.ts";

const duration = z.number().nonnegative();

/** How long something takes, left to chance; all times in nanoseconds. */
export const distributionSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("constant"), value: duration }),
  z.strictObject({ kind: z.literal("uniform"), min: duration, max: duration }),
  /** `min`, and on top of it an exponential tail of mean `tail`. */
  z.strictObject({ kind: z.literal("exponential"), min: duration, tail: duration }),
  /** Half the draws are below `median`; `sigma` is the standard deviation of the logarithm. */
  z.strictObject({ kind: z.literal("log-normal"), median: duration, sigma: z.number().positive() }),
  /** A heavy tail: a draw exceeds x·`min` with probability x^-`shape`. Up to a shape of 1 it has no mean. */
  z.strictObject({ kind: z.literal("pareto"), min: duration, shape: z.number().positive() }),
]);
export type Distribution = z.infer<typeof distributionSchema>;

/** A draw is never longer: an hour outlasts whatever waits for it, and keeps times exact. */
const LONGEST: Nanoseconds = 3_600_000_000_000;

/** One draw, whole nanoseconds. */
export function drawFrom(distribution: Distribution, random: Random): Nanoseconds {
  return Math.min(LONGEST, Math.round(draw(distribution, random)));
}

function draw(distribution: Distribution, random: Random): number {
  switch (distribution.kind) {
    case "constant":
      return distribution.value;
    case "uniform":
      return distribution.min + random.float() * (distribution.max - distribution.min);
    case "exponential":
      return distribution.min + random.exponential(distribution.tail);
    case "log-normal":
      return distribution.median * Math.exp(distribution.sigma * random.normal());
    case "pareto":
      return distribution.min * (1 - random.float()) ** (-1 / distribution.shape);
    default:
      return distribution satisfies never;
  }
}
