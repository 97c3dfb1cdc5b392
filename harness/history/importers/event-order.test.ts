import fc from "fast-check";
import { expect, test } from "vitest";
import { eventOrder, isEnding, rowOfEvent } from "./event-order.ts";

interface Interval {
  readonly process: number;
  readonly start: number;
  readonly end: number | undefined;
}

const orderOf = (rows: readonly Interval[]): number[] => [
  ...eventOrder({
    length: rows.length,
    process: rows.map(({ process }) => process),
    start: rows.map(({ start }) => start),
    end: rows.map(({ end }) => end ?? Number.NaN),
  }),
];

/** Intervals of a few processes at coarse times; those of one process do not overlap. */
const intervals: fc.Arbitrary<Interval[]> = fc
  .array(
    fc.record({
      process: fc.nat(3),
      gap: fc.nat(1),
      length: fc.nat(2),
      open: fc.integer({ min: 0, max: 9 }),
    }),
    { maxLength: 14 },
  )
  .map((steps) => {
    const clocks = [0, 0, 0, 0];
    return steps.map(({ process, gap, length, open }) => {
      const start = clocks[process]! + gap;
      clocks[process] = start + length;
      return { process, start, end: open === 0 ? undefined : start + length };
    });
  })
  .chain((rows) => fc.shuffledSubarray(rows, { minLength: rows.length }));

test("events are in order of time, and no order is invented where times are equal", () => {
  fc.assert(
    fc.property(intervals, (rows) => {
      const order = orderOf(rows);
      const place = new Map(order.map((event, at) => [event, at]));
      expect(new Set(order).size).toBe(rows.reduce((sum, { end }) => sum + (end === undefined ? 1 : 2), 0));
      const time = (event: number): number => {
        const { start, end } = rows[rowOfEvent(event)]!;
        return isEnding(event) ? end! : start;
      };
      for (let at = 1; at < order.length; at++)
        expect(time(order[at]!)).toBeGreaterThanOrEqual(time(order[at - 1]!));
      rows.forEach((a, i) => {
        if (a.end !== undefined) expect(place.get(2 * i)!).toBeLessThan(place.get(2 * i + 1)!);
        rows.forEach((b, j) => {
          if (a.process === b.process || a.end === undefined || a.end !== b.start) return;
          expect(place.get(2 * j)!, `${i} ends when ${j} begins: they may overlap`).toBeLessThan(
            place.get(2 * i + 1)!,
          );
        });
      });
    }),
    { numRuns: 2000 },
  );
});

test("a process that alone goes on at once keeps its order", () => {
  const rows: Interval[] = [
    { process: 1, start: 5, end: 9 },
    { process: 2, start: 1, end: 5 },
    { process: 1, start: 5, end: 5 },
    { process: 1, start: 0, end: 5 },
    { process: 3, start: 5, end: 6 },
  ];
  const atFive = orderOf(rows).filter((event) => {
    const { start, end } = rows[rowOfEvent(event)]!;
    return (isEnding(event) ? end : start) === 5;
  });
  expect(atFive).toEqual([8, 7, 4, 5, 0, 3]);
});
