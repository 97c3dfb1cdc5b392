import { expect, test } from "vitest";
import { SECOND } from "#core/units";
import { SimClock } from "./clock.ts";

/** A clock, and a way to let true time pass, in seconds. */
function create(options?: ConstructorParameters<typeof SimClock>[1]) {
  let now = 0;
  const clock = new SimClock(() => now, options);
  return {
    clock,
    pass: (seconds: number): void => void (now += seconds * SECOND),
    read: (): number[] => [clock.monotonic() / SECOND, clock.timeOfDay() / SECOND],
  };
}

test("left alone, it shows the time", () => {
  const { pass, read } = create();
  pass(3.5);
  expect(read()).toEqual([3.5, 3.5]);
});

test("a jump moves the time of day alone, also back", () => {
  const { clock, pass, read } = create();
  pass(10);
  clock.jump(5 * SECOND);
  expect(read()).toEqual([10, 15]);
  clock.jump(-20 * SECOND);
  pass(1);
  expect(read()).toEqual([11, -4]);
});

test("a rate moves both from now on, without a jump; timers end when the clock has moved on", () => {
  const { clock, pass, read } = create();
  pass(10);
  clock.setRate(2);
  expect(read()).toEqual([10, 10]);
  pass(5);
  expect(read()).toEqual([20, 20]);
  expect(clock.trueDuration(SECOND)).toBe(SECOND / 2);
});

test("a reset gives back what it would be by itself; the monotonic clock does not jump", () => {
  const { clock, pass, read } = create({ ahead: 3 * SECOND, rate: 1.5 });
  pass(2);
  expect(read()).toEqual([3, 6]);
  clock.setRate(0.5);
  clock.jump(100 * SECOND);
  pass(2);
  expect(read()).toEqual([4, 107]);
  clock.reset();
  expect(read()).toEqual([4, 9]);
  pass(2);
  clock.reset();
  expect(read()).toEqual([7, 12]);
});
