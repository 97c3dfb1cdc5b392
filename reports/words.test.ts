import fc from "fast-check";
import { expect, test } from "vitest";
import { grouped } from "./words.ts";

test("numbers are grouped as the Intl of the runtime groups them", () => {
  const english = new Intl.NumberFormat("en", { signDisplay: "negative" });
  const like = (n: number): void => {
    expect(grouped(n)).toBe(english.format(n));
  };
  fc.assert(fc.property(fc.integer({ min: -1e9, max: 1e15 }), like));
  fc.assert(fc.property(fc.integer({ min: -1e9, max: 1e9 }), (thousandths) => like(thousandths / 1000)));
});
