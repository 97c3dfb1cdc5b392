import { expect, test } from "vitest";
import { parseForRewriting, parseWithStrings } from "./exact-json.ts";

test.each([
  ["9007199254740993", "9007199254740993"],
  ["9007199254740991", 9007199254740991],
  ["-12345678901234567890", "-12345678901234567890"],
  ["1e400", "1e400"],
  ["0.12345678901234567890123", "0.12345678901234567890123"],
  ["0.1", 0.1],
  ["-1.5e-7", -1.5e-7],
  ['"9007199254740993"', "9007199254740993"],
  ["[1,9007199254740993]", [1, "9007199254740993"]],
])("%s in a history is %j", (text, value) => {
  expect(parseWithStrings(text)).toEqual(value);
});

test.each([
  '{"key":9007199254740993,"value":[1,-12345678901234567890]}',
  '{"value":0.12345678901234567890123}',
  '{"text":"9007199254740993"}',
  '{"small":[1,2.5,null,true]}',
])("%s comes back as it was", (text) => {
  expect(JSON.stringify(parseForRewriting(text))).toBe(text);
});
