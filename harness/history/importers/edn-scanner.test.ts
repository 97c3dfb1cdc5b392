import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Json } from "#core/json";
import { ednText } from "../exporters/edn-text.ts";
import { EdnScanner, isEndOfBytes } from "./edn-scanner.ts";

function read(text: string | Buffer): Json[] {
  const scanner = new EdnScanner();
  scanner.begin(Buffer.concat([Buffer.from(text), Buffer.from("\n")]));
  const values: Json[] = [];
  while (scanner.next() !== -1) values.push(scanner.value());
  return values;
}

describe("EDN", () => {
  test.each<[string, Json[]]>([
    ["nil true false", [null, true, false]],
    ["0 -7 +7 123456789012345 12N", [0, -7, 7, 123456789012345, 12]],
    [
      "9007199254740991 9007199254740993 -9007199254740993N",
      [9007199254740991, "9007199254740993", "-9007199254740993"],
    ],
    ["1.5 -2e3 1e-2 1.25M 0.5", [1.5, -2000, 0.01, 1.25, 0.5]],
    ["1/3 0x1f ##NaN ##-Inf", ["1/3", "0x1f", "NaN", "-Inf"]],
    [":a :timed-out :a/b", [":a", ":timed-out", ":a/b"]],
    ["foo clojure.lang.ExceptionInfo a$b__12", ["foo", "clojure.lang.ExceptionInfo", "a$b__12"]],
    [`"a\\nb" "\\u00e9\\"\\\\" "é" ""`, ["a\nb", 'é"\\', "é", ""]],
    ["\\a \\newline \\( \\é", ["a", "\n", "(", "é"]],
    ["[1, 2 [3]] (1 (2)) []", [[1, 2, [3]], [1, [2]], []]],
    [
      '#{3 10 2} #{:b "a" 1}',
      [[2, 3, 10], [":b", "a", 1].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))],
    ],
    ['{:a 1, "b" 2 3 nil [4] 5}', [{ a: 1, b: 2, 3: null, "[4]": 5 }]],
    [
      '#inst "2026-01-01" #uuid "x" #jepsen.history.Op{:a 1} #:n{:a 2}',
      ["2026-01-01", "x", { a: 1 }, { a: 2 }],
    ],
    ["1 ; a comment ] \n 2 #_ [3 4] #_#_ 5 6 7 ^:private 8 ^{:a 1} 9", [1, 2, 7, 8, 9]],
    ['#"a\\\\d+"', ["a\\d+"]],
  ])("%s", (text, values) => {
    expect(read(text)).toEqual(values);
  });

  test("a map keeps a field called __proto__", () => {
    const [map] = read('{"__proto__" 1}') as [Record<string, Json>];
    expect(Object.entries(map)).toEqual([["__proto__", 1]]);
  });

  test.each([
    ["]", /a value, but there is "\]"/],
    ["{:a 1 :a 2}", /one entry for "a"/],
    ['{:a 1 "a" 2}', /one entry for "a"/],
    ["[".repeat(1_000_000), /nested at most 500 deep/],
    [`${"{:a ".repeat(1_000_000)}`, /nested at most 500 deep/],
    ["#a ".repeat(1_000_000), /nested at most 500 deep/],
    ["#_".repeat(1_000_000), /nested at most 500 deep/],
    ["^a ".repeat(1_000_000), /nested at most 500 deep/],
    [Buffer.of(34, 0xc3, 0x28, 34), /UTF-8/],
  ])("%#: refuses %.20s", (text, message) => {
    expect(() => read(text)).toThrow(message);
  });

  test("a text cut anywhere inside a value is an end, nothing else", () => {
    const text = '{:a [1 -2.5e3 #{:k "é\\n"} (nil)], :b #tag "x" #_ 5 ; c\n :c \\newline}';
    const bytes = Buffer.from(text);
    for (let end = 1; end < bytes.length; end++) {
      const scanner = new EdnScanner();
      scanner.begin(bytes.subarray(0, end));
      let thrown: unknown;
      try {
        scanner.value();
      } catch (error) {
        thrown = error;
      }
      expect(isEndOfBytes(thrown), `cut at ${end}`).toBe(true);
    }
  });

  test("reads every JSON value that the exporter writes", () => {
    const isExact = (value: unknown): boolean =>
      !JSON.stringify(value, (_, v: unknown) => (isInexact(v) ? "INEXACT" : v)).includes("INEXACT");
    const isInexact = (v: unknown): boolean =>
      typeof v === "number" && (Object.is(v, -0) || (Number.isInteger(v) && !Number.isSafeInteger(v)));
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }).filter(isExact), (value) => {
        expect(read(ednText(value as Json))).toEqual([value]);
      }),
      { numRuns: 1000 },
    );
  });
});
