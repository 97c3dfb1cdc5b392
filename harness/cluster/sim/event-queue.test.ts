import fc from "fast-check";
import { expect, test } from "vitest";
import { EventQueue } from "./event-queue.ts";

test("events come by time, those of one moment in the order in which they were pushed", () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.nat(20), fc.constant("pop" as const))), (steps) => {
      const queue = new EventQueue();
      let expected: { time: number; sequence: number }[] = [];
      let sequence = 0;
      const popped: (number | undefined)[] = [];
      const wanted: (number | undefined)[] = [];
      for (const step of [...steps, ...steps.map(() => "pop" as const)]) {
        if (step === "pop") {
          popped.push(queue.pop()?.sequence);
          wanted.push(expected[0]?.sequence);
          expected = expected.slice(1);
        } else {
          queue.push(step, () => undefined);
          expected.push({ time: step, sequence: sequence++ });
          expected.sort((a, b) => a.time - b.time || a.sequence - b.sequence);
        }
        expect(queue.size).toBe(expected.length);
      }
      expect(popped).toEqual(wanted);
    }),
  );
});

test("cancelled events never come, the others as if those had not been there, and a queue of them does not grow", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(20), fc.boolean()), { maxLength: 500 }), (steps) => {
      const queue = new EventQueue();
      const kept: { time: number; sequence: number }[] = [];
      for (const [time, cancelled] of steps) {
        const event = queue.push(time, () => undefined);
        if (cancelled) {
          queue.cancel(event);
          queue.cancel(event);
        } else kept.push(event);
        expect(queue.size).toBeLessThanOrEqual(Math.max(2 * kept.length + 1, kept.length + 64));
      }
      kept.sort((a, b) => a.time - b.time || a.sequence - b.sequence);
      const popped = Array.from({ length: queue.size }, () => queue.pop());
      expect(popped.filter((event) => event?.callback !== undefined)).toEqual(kept);
      expect(queue.pop()).toBeUndefined();
    }),
  );
});
