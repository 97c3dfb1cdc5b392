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
