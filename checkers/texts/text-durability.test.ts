import { describe, expect, test } from "vitest";
import { UNLIMITED } from "#core/budget";
import type { CheckResult } from "#core/checker";
import { runsOf } from "../testing/arbitrary.ts";
import { casesOf } from "../testing/fuzz-table.ts";
import { compareMany, rareClasses } from "../testing/fuzz/fuzz-runs.ts";
import { headerOf, historyFrom, type Operation } from "../testing/operations.ts";
import { textDurability } from "./text-durability.ts";

type Part = Pick<Operation, "f" | "value"> & Partial<Operation>;

const judge = (...parts: Part[]): CheckResult => {
  const operations = parts.map(
    (part, i): Operation => ({ session: i, key: "d", inv: i * 2 + 1, ret: i * 2 + 2, status: "ok", ...part }),
  );
  return textDurability.check(historyFrom(operations, headerOf({ type: "text" }, ["n1", "n2"])), UNLIMITED);
};

const insert = (id: string): Part => ({ f: "insert", value: { id, after: null, char: "x" } });
const erase = (id: string): Part => ({ f: "erase", value: { id } });
const shows = (...ids: string[]): Part => ({ f: "read", value: ids.map((id) => ({ id, char: "x" })) });
const last = (node: string, ...ids: string[]): Part => ({ ...shows(...ids), node, final: true });
const open = { status: "info", ret: Number.POSITIVE_INFINITY } as const;

test.each<[string, string, Part[]]>([
  ["on every node", "satisfied", [insert("a"), last("n1", "a"), last("n2", "a")]],
  ["on no node", "violated", [insert("a"), last("n1"), last("n2")]],
  ["on one node only: diverged, not lost", "satisfied", [insert("a"), last("n1", "a"), last("n2")]],
  ["erased", "not-applicable", [insert("a"), erase("a"), last("n1"), last("n2")]],
  ["perhaps erased", "not-applicable", [insert("a"), { ...erase("a"), ...open }, last("n1"), last("n2")]],
  [
    "not erased after all",
    "violated",
    [insert("a"), { ...erase("a"), status: "fail" }, last("n1"), last("n2")],
  ],
  ["indefinite and never seen", "not-applicable", [{ ...insert("a"), ...open }, last("n1"), last("n2")]],
  [
    "indefinite, seen and gone",
    "violated",
    [{ ...insert("a"), ...open }, shows("a"), last("n1"), last("n2")],
  ],
  ["refused", "not-applicable", [{ ...insert("a"), result: false }, last("n1"), last("n2")]],
  ["a node that was not read", "unknown", [insert("a"), last("n1")]],
])("a character %s: %s", (_, verdict, parts) => {
  expect(judge(...parts).results[0]?.verdict).toBe(verdict);
});

test("names the character, who was told, and where it is missing", () => {
  const { anomalies } = judge(insert("a"), insert("b"), last("n1", "b"), last("n2", "b"));
  expect(anomalies).toMatchObject([{ type: "lost-char", key: "d", witness: [0, 4, 6] }]);
  expect(anomalies[0]?.explanation).toBe(
    'the character "x" of d, acknowledged to session s0 at 2.00 ms, is on no node at the end (n1, n2), and nobody erased it',
  );
});

describe.each(casesOf("text-durability"))("agrees with the definition: $title", (fuzzCase) => {
  test("verdict and witness", () => {
    expect(rareClasses(compareMany(fuzzCase, runsOf(1000)))).toEqual([]);
  });
});
