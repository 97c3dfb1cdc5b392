import { describe, expect, test } from "vitest";
import { NONE } from "./history.ts";
import type { Json } from "./json.ts";
import { canonicalJson, ValueTable } from "./value-table.ts";

describe("ValueTable", () => {
  test("gives equal pairs of key and value one id, and others another, through all its growth", () => {
    const table = new ValueTable();
    const ids = new Map<string, number>();
    const values = (i: number): Json[] => [i, -i, String(i), i + 0.5, i * 2 ** 33, [i], { a: i }];
    for (let round = 0; round < 2; round++) {
      for (let i = 1; i < 3_000; i++) {
        for (const value of values(i)) {
          const key = i % 7;
          const name = `${key}/${JSON.stringify(value)}`;
          const id = table.intern(key, value);
          expect(ids.get(name) ?? id).toBe(id);
          ids.set(name, id);
        }
      }
    }
    expect(table.count).toBe(ids.size);
    expect(new Set(ids.values()).size).toBe(ids.size);
    for (const [name, id] of ids)
      expect(`${table.keyOf(id)}/${JSON.stringify(table.valueOf(id))}`).toBe(name);
  });

  test('tells 1, true and "1" apart, and the same value on two keys', () => {
    const table = new ValueTable();
    const ids = [table.intern(0, 1), table.intern(0, "1"), table.intern(0, true), table.intern(1, 1)];
    expect(new Set(ids).size).toBe(4);
  });

  test("the first interned string or structure is not taken for the number that is its index", () => {
    for (const other of ["a", [1]] as const) {
      const table = new ValueTable();
      expect(table.intern(0, other)).not.toBe(table.intern(0, 0));
    }
  });

  test("a number keeps its id when the numbers around it come later", () => {
    const table = new ValueTable();
    const early = [70, 4_000, -3, 2 ** 40].map((value) => table.internNumber(5, value));
    for (let value = 0; value < 5_000; value++) {
      const id = table.internNumber(5, value);
      expect([table.keyOf(id), table.valueOf(id)]).toEqual([5, value]);
    }
    expect(table.count).toBe(5_002);
    expect([70, 4_000, -3, 2 ** 40].map((value) => table.internNumber(5, value))).toEqual(early);
    expect([70, 4_000, -3, 2 ** 40].map((value) => table.find(5, value))).toEqual(early);
    expect([5_000, -1, 0.5].map((value) => table.find(5, value))).toEqual([NONE, NONE, NONE]);
    expect([table.find(4, 70), table.find(6, 70)]).toEqual([NONE, NONE]);
    expect(table.internNumber(5, -0)).toBe(table.internNumber(5, 0));
  });

  test("null has no id", () => {
    const table = new ValueTable();
    expect(table.intern(0, null)).toBe(NONE);
    expect(table.valueOf(NONE)).toBeNull();
  });

  test("many keys with the same small numbers", () => {
    const table = new ValueTable();
    for (let key = 0; key < 20_000; key++) {
      for (let value = 0; value < 3; value++) expect(table.internNumber(key, value)).toBe(key * 3 + value);
    }
    for (let key = 0; key < 20_000; key++) {
      for (let value = 0; value < 3; value++) expect(table.internNumber(key, value)).toBe(key * 3 + value);
    }
  });
});

test("canonical JSON does not depend on the order of fields", () => {
  expect(canonicalJson({ b: [1, { d: null, c: "x" }], a: true })).toBe(
    '{"a":true,"b":[1,{"c":"x","d":null}]}',
  );
});
