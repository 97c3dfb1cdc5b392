import { describe, expect, test } from "vitest";
import { printable, printableValue } from "./printable.ts";

describe("printable", () => {
  test.each([
    ["plain", "plain"],
    ["a\u0000b\u001bc", "a␀b␛c"],
    ["tab\tline\n", "tab␉line␊"],
    ["\u007f\u009b", "␡\\u009b"],
    ["user\u202egpj.exe", "user\\u202egpj.exe"],
    ["\u2066x\u2069\u200f\ufeff", "\\u2066x\\u2069\\u200f\\ufeff"],
    ["שלום 世界 🙂", "שלום 世界 🙂"],
    ["lone \ud800!", "lone \ufffd!"],
  ])("%j is shown as %j", (text, shown) => {
    expect(printable(text)).toBe(shown);
  });

  test("cuts what is too long and says how long it is", () => {
    expect(printable("x".repeat(5_000), 10)).toBe("xxxxxxxxxx… (5,000 characters)");
  });

  test("does not leave half a character at the cut", () => {
    expect(printable("🙂🙂", 3)).toBe("🙂\ufffd… (4 characters)");
  });
});

describe("printableValue", () => {
  test.each([
    [null, "null"],
    [41, "41"],
    ["x", "x"],
    ["", '""'],
    [" x ", '" x "'],
    [{ a: [1, "b"] }, '{"a":[1,"b"]}'],
    [Array.from({ length: 100 }, (_, i) => i), "[0,1,2,3, …, 97,98,99] (100 elements)"],
  ])("%j is shown as %s", (value, shown) => {
    expect(printableValue(value)).toBe(shown);
  });
});
