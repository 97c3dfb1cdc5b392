import { expect, test } from "vitest";
import { keySlot } from "./key-slot.ts";

// The first is the check value of the specification, the others were asked of a Redis 7.0 (CLUSTER KEYSLOT).
test.each([
  ["123456789", 12_739],
  ["foo", 12_182],
  ["", 0],
  ["{}x", 10_595],
  ["größe", 9_425],
])("%s is in slot %i", (key, slot) => {
  expect(keySlot(key)).toBe(slot);
});

test("what stands between braces decides alone", () => {
  expect(keySlot("{user1000}.following")).toBe(keySlot("user1000"));
  expect(keySlot("foo{{bar}}zap")).toBe(keySlot("{bar"));
  expect(keySlot("foo{bar}{zap}")).toBe(keySlot("bar"));
  expect(keySlot("foo{}{bar}")).not.toBe(keySlot("bar"));
});
