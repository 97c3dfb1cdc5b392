import { expect, test } from "vitest";
import { parseYaml, type YamlNode } from "./yaml.ts";

type Plain = string | Plain[] | { [key: string]: Plain };
const plain = (node: YamlNode): Plain =>
  node.is === "text"
    ? node.text
    : node.is === "list"
      ? node.items.map(plain)
      : Object.fromEntries([...node.entries].map(([key, value]) => [key, plain(value)]));
const read = (source: string): Plain => plain(parseYaml(source, "f.yaml"));

test.each<[string, string, Plain]>([
  ["maps in maps", "a:\n  b: 1\n  c:\n    d: x y\ne: z", { a: { b: "1", c: { d: "x y" } }, e: "z" }],
  [
    "lists below their key, indented or not",
    "a:\n  - 1\n  - 2\nb:\n- 3\nc: 4",
    { a: ["1", "2"], b: ["3"], c: "4" },
  ],
  ["maps in lists", "- a: 1\n  b:\n    c: 2\n- a: 3", [{ a: "1", b: { c: "2" } }, { a: "3" }]],
  ["lists in lists in a map", "a:\n  -\n    - 1\n    - 2", { a: [["1", "2"]] }],
  [
    "flow on one line",
    'a: ["x", y, {b: 1, "c": [2]}]\nd: {}\ne: []',
    { a: ["x", "y", { b: "1", c: ["2"] }], d: {}, e: [] },
  ],
  ["flow over lines", "a: [\n  x,\n  y\n]\nb: 1", { a: ["x", "y"], b: "1" }],
  ["comments, and a # that is none", "# head\na: b#c # tail\n\nd: 'e # f'", { a: "b#c", d: "e # f" }],
  ["quotes", "a: 'it''s'\nb: \"x\\ny\"\n'c d': e", { a: "it's", b: "x\ny", "c d": "e" }],
  [
    "colons in values",
    "a: http://x:80/y\nb: 6379:6379\nc: x=y:z",
    { a: "http://x:80/y", b: "6379:6379", c: "x=y:z" },
  ],
  [
    "dashes that are no items",
    "a: -1\nb: --flag\n- x: 1".split("\n- ")[0] as string,
    { a: "-1", b: "--flag" },
  ],
  ["items with colons", "- a:b\n- ./x:/y:ro\n- K=v", ["a:b", "./x:/y:ro", "K=v"]],
  ["nothing", "a:\nb: ~\nc: null\nd: ''", { a: "", b: "", c: "", d: "" }],
  ["literal blocks", "a: |\n  x\n    y\n\n  z\nb: |-\n  w\nc: 1", { a: "x\n  y\n\nz\n", b: "w", c: "1" }],
  ["folded blocks", "a: >\n  x\n  y\n\n  z\nb: 1", { a: "x y\n\nz\n", b: "1" }],
  ["a # inside a block", "a: |\n  # x\n  y # z\nb: 1", { a: "# x\ny # z\n", b: "1" }],
  [
    "anchors, aliases, merges",
    "x: &x\n  a: 1\n  b: 2\ny:\n  <<: *x\n  b: 3\nz: *x\nw: &w [1]\nv: *w",
    {
      x: { a: "1", b: "2" },
      y: { a: "1", b: "3" },
      z: { a: "1", b: "2" },
      w: ["1"],
      v: ["1"],
    },
  ],
  [
    "several merges",
    "a: &a {p: 1, q: 1}\nb: &b {q: 2}\nc:\n  <<: [*b, *a]",
    { a: { p: "1", q: "1" }, b: { q: "2" }, c: { p: "1", q: "2" } },
  ],
  ["a document mark", "---\na: 1", { a: "1" }],
  ["windows line ends", "a: 1\r\nb:\r\n  - 2\r\n", { a: "1", b: ["2"] }],
])("%s", (_, source, value) => {
  expect(read(source)).toEqual(value);
});

test.each<[string, RegExp]>([
  ["", /^f\.yaml:1: an empty file/],
  ["a:\n\tb: 1", /^f\.yaml:2: tabs/],
  ["a: 1\na: 2", /^f\.yaml:2: the key a is there twice/],
  ["a: 1\n   b: 2", /^f\.yaml:2: a value over several lines/],
  ["a:\n    b: 1\n  c: 2", /^f\.yaml:3: indentation that fits nothing/],
  ["a: *b", /^f\.yaml:1: there is no anchor &b/],
  ["a: 'x", /^f\.yaml:1: a quote that is not closed/],
  ["a: [1", /^f\.yaml:1: a bracket that is never closed/],
  ["a: !tag x", /^f\.yaml:1: expected a plain value/],
  ["a: 1\n---\nb: 2", /^f\.yaml:2: expected "key: value", got ---/],
  ["a: |2\n  x", /^f\.yaml:1: a block scalar/],
])("%j is refused by its line", (source, message) => {
  expect(() => read(source)).toThrow(message);
});
