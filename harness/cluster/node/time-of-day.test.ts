import { expect, test } from "vitest";
import { preciseTimeOfDay } from "./real-node.ts";

test("follows when the time is set, forward and back, and keeps its fractions otherwise", () => {
  let precise = 1_000.25;
  let set = 0;
  const now = preciseTimeOfDay(
    () => Math.floor(precise) + set,
    () => precise,
  );
  expect(now()).toBe(1_000.25);
  precise += 0.5;
  expect(now()).toBe(1_000.75);
  set = 60_000;
  expect(Math.floor(now())).toBe(61_000);
  precise += 1;
  expect(Math.floor(now())).toBe(61_001);
  set = -500;
  expect(Math.floor(now())).toBe(501);
});
