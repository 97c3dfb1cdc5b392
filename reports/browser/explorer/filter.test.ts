import { describe, expect, test } from "vitest";
import { testOperations } from "../testing/operations.ts";
import { parseQuery, rowsThatFit } from "./filter.ts";

const NAMES = {
  functions: ["read", "write"],
  keys: ["x", "x1", "a b"],
  nodes: ["n1", "n2"],
  errors: ["timeout"],
};
const operations = testOperations(
  [
    { f: 0, key: 0, node: 0, value: 0, process: 3, start: 0, end: 1 },
    { f: 1, key: 1, node: 1, value: 1, process: 13, flags: 1, start: 0, end: 1 },
    { f: 1, key: 2, node: 1, process: 4, flags: 2, error: 0, start: 0, end: 1 },
    { f: 1, key: 0, process: 4, flags: 2, start: 0 },
    { f: 0, key: 0, node: 0, value: 1, process: 5, flags: 4, start: 2, end: 3 },
  ],
  { witnesses: [1], values: ["7", "Hello (1)"] },
);

const found = (query: string): number[] | "all" => {
  const mask = rowsThatFit(parseQuery(query), NAMES, operations);
  return mask === undefined ? "all" : [...mask.keys()].filter((row) => mask[row] === 1);
};

describe("a search", () => {
  test.each<[string, number[] | "all"]>([
    ["", "all"],
    ["key:x", [0, 3, 4]],
    ["key:x*", [0, 1, 3, 4]],
    ['key:"a b"', [2]],
    ["process:3", [0]],
    ["node:n1,n2 kind:write", [1, 2]],
    ["outcome:info", [2, 3]],
    ["outcome:open", [3]],
    ["OUTCOME:Fail", [1]],
    ["error:timeout", [2]],
    ["value:7", [0]],
    ['value:"hello (1)"', [1, 4]],
    ["hello", [1, 4]],
    ["is:witness", [1]],
    ["is:final key:x", [4]],
    ["key:nothing", []],
  ])("%s", (query, rows) => {
    expect(found(query)).toEqual(rows);
  });

  test("says which names it does not know", () => {
    expect(parseQuery("colour:red key:x").unknown).toEqual(["colour:red"]);
  });
});
