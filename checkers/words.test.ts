import { expect, test } from "vitest";
import { operations } from "./testing/notation.ts";
import { headerOf, historyFrom } from "./testing/operations.ts";
import { endOf, isTimed } from "./words.ts";

test("an operation ended when its completion says, at whatever nanosecond", () => {
  const history = historyFrom(operations("W1 W2[5,]"), headerOf({}));
  history.retTime[0] = 2_147_483_647;
  expect(endOf(history, 0)).toBe(2_147_483_647);
  expect(endOf(history, 1)).toBe(history.invTime[1]);
});

test("an operation that never ended is no sign of a clock", () => {
  const untimed = historyFrom(operations("W1 W2[5,]"), headerOf({}));
  untimed.invTime.fill(0);
  untimed.retTime[0] = 0;
  expect(isTimed(untimed)).toBe(false);
  const timed = historyFrom(operations("W1 W2[5,]"), headerOf({}));
  timed.invTime.fill(0);
  timed.retTime[0] = 2_147_483_647;
  expect(isTimed(timed)).toBe(true);
});
