import { expect, test } from "vitest";
import { ByteInterner, HASH_START, hashByte } from "./byte-interner.ts";

const idOf = (interner: ByteInterner, text: string): number => {
  const bytes = Buffer.from(`<${text}>`);
  const hash = bytes.subarray(1, -1).reduce(hashByte, HASH_START);
  return interner.idOf(bytes, 1, bytes.length - 1, hash);
};

test("asks once per string and tells strings of equal hash apart", () => {
  const asked: string[] = [];
  const interner = new ByteInterner((text) => asked.push(text) - 1);
  // Among so many strings some share their 32 bits of hash.
  const names = Array.from({ length: 200_000 }, (_, i) => `key-${i}`);
  for (const name of names) idOf(interner, name);
  expect(asked).toEqual(names);
  expect(names.every((name, i) => idOf(interner, name) === i)).toBe(true);
  expect(asked.length).toBe(names.length);
});

test("the hash of equal length strings can collide", () => {
  const interner = new ByteInterner((text) => (text === "aa" ? 1 : 2));
  const bytes = Buffer.from("aabb");
  expect([interner.idOf(bytes, 0, 2, 5), interner.idOf(bytes, 2, 4, 5)]).toEqual([1, 2]);
});
