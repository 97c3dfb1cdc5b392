import fc from "fast-check";
import type { Operation } from "./operations.ts";

/** Sessions that acquire and release in turn, whoever else holds the lock; some lack an end, or an outcome. */
export const sharedLocks: fc.Arbitrary<Operation[]> = fc
  .noBias(
    fc.array(
      fc.record({
        session: fc.nat({ max: 2 }),
        gap: fc.nat({ max: 9 }),
        acquiring: fc.integer({ min: 1, max: 4 }),
        holding: fc.integer({ min: 1, max: 5 }),
        releasing: fc.integer({ min: 1, max: 4 }),
        outcome: fc.nat({ max: 99 }),
      }),
      { minLength: 2, maxLength: 5 },
    ),
  )
  .map((steps) => {
    const free = new Map<number, number>();
    return steps.flatMap(({ session, gap, acquiring, holding, releasing, outcome }): Operation[] => {
      const from = (free.get(session) ?? 0) + 1 + gap;
      const [got, end] = [from + acquiring, from + acquiring + holding];
      free.set(session, end + releasing);
      const base = { session, key: "x", value: null };
      const acquire: Operation = { ...base, f: "acquire", inv: from, ret: got, status: "ok" };
      const release: Operation = { ...base, f: "release", inv: end, ret: end + releasing, status: "ok" };
      if (outcome < 8) return [acquire, { ...release, ret: Number.POSITIVE_INFINITY, status: "info" }];
      if (outcome < 14) return [{ ...acquire, ret: Number.POSITIVE_INFINITY, status: "info" }, release];
      if (outcome < 22) return [acquire];
      return outcome < 28 ? [{ ...acquire, result: false }] : [acquire, release];
    });
  });
