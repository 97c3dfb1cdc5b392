import { describe, expect, test } from "vitest";
import { UNLIMITED } from "#core/budget";
import type { Json } from "#core/json";
import type { OperationFunction } from "#core/functions";
import { type Crdt, CRDT_TYPES, type ObjectSpec } from "#core/operation";
import { checkers } from "../registry.ts";
import { CORRECT } from "../testing/crdt-replicas.ts";
import { headerOf, historyFrom, type Operation } from "../testing/operations.ts";

const NODES = ["n1", "n2"];

const check = (crdt: Crdt, operations: readonly Operation[], spec: Partial<ObjectSpec> = {}) =>
  checkers[crdt === "lww" ? "lww-register" : crdt === "rga" ? "text" : crdt]!.check(
    historyFrom(operations, headerOf({ type: CRDT_TYPES[crdt], crdt, ...spec }, NODES)),
    UNLIMITED,
  );

const did = (
  session: number,
  f: OperationFunction,
  value: Json,
  [inv, ret]: readonly [number, number?],
  more: Partial<Operation> = {},
): Operation => ({
  session,
  f,
  key: "x",
  value,
  inv,
  ret: ret ?? Number.POSITIVE_INFINITY,
  status: ret === undefined ? "info" : "ok",
  ...more,
});

/** Last reads of both nodes. */
const ends = (one: Json, other: Json = one): Operation[] =>
  [one, other].map((value, i) =>
    did(10 + i, "read", value, [100 + 2 * i, 101 + 2 * i], { node: NODES[i]!, final: true }),
  );

const insert = (
  session: number,
  id: number,
  after: number | null,
  times: readonly [number, number?],
): Operation => did(session, "insert", { id, after, char: "abcdef"[id]! }, times);
const erase = (session: number, id: number, times: readonly [number, number?]): Operation =>
  did(session, "erase", { id }, times);
const chars = (...ids: number[]): Json => ids.map((id) => ({ id, char: "abcdef"[id]! }));

interface Case {
  readonly name: string;
  readonly crdt: Crdt;
  readonly spec?: Partial<ObjectSpec>;
  readonly run: readonly Operation[];
  /** The anomaly; absent: none. */
  readonly type?: string;
}

const CAUSAL = { visibility: "causal" } as const;
const two = [did(0, "increment", 3, [1, 2]), did(1, "increment", 5, [3, 4])];
const cart = [did(0, "add", 1, [1, 2]), did(1, "add", 2, [3, 4])];
const abc = [insert(0, 0, null, [1, 2]), insert(0, 1, 0, [3, 4]), insert(0, 2, 1, [5, 6])];
const registers = [did(0, "write", 1, [1, 2]), did(1, "write", 2, [3, 4])];

const CASES: readonly Case[] = [
  { name: "counter has all", crdt: "g-counter", run: [...two, ...ends(8)] },
  { name: "counter lacks one", crdt: "g-counter", run: [...two, ...ends(5)], type: "vanished-increment" },
  { name: "counter lacks one on a node", crdt: "g-counter", run: [...two, ...ends(5, 8)], type: "diverged" },
  { name: "counter counts twice", crdt: "g-counter", run: [...two, ...ends(11)], type: "surplus-increment" },
  {
    name: "counter counts twice during the run",
    crdt: "g-counter",
    run: [...two, did(0, "read", 13, [5, 6]), ...ends(8)],
    type: "surplus-increment",
  },
  {
    name: "counter shows part of an increment",
    crdt: "g-counter",
    run: [...two, did(0, "read", 4, [5, 6]), ...ends(8)],
    type: "counter-mismatch",
  },
  {
    name: "indefinite increment on one node",
    crdt: "g-counter",
    run: [...two, did(2, "increment", 7, [5]), ...ends(8, 15)],
  },
  {
    name: "indefinite increment hides a loss no longer",
    crdt: "g-counter",
    run: [...two, did(2, "increment", 7, [5]), ...ends(12)],
    type: "counter-mismatch",
  },
  {
    name: "failed increment counted",
    crdt: "g-counter",
    run: [...two, did(2, "increment", 1, [5, 6], { status: "fail" }), ...ends(9)],
    type: "surplus-increment",
  },
  {
    name: "counter goes down in a session",
    crdt: "g-counter",
    spec: CAUSAL,
    run: [...two, did(2, "read", 8, [5, 6]), did(2, "read", 3, [7, 8]), ...ends(8)],
    type: "counter-went-back",
  },
  {
    name: "counter goes down where sessions promise nothing",
    crdt: "g-counter",
    run: [...two, did(2, "read", 8, [5, 6]), did(2, "read", 3, [7, 8]), ...ends(8)],
  },
  {
    name: "counter misses the session's own",
    crdt: "g-counter",
    spec: CAUSAL,
    run: [...two, did(0, "read", 0, [5, 6]), ...ends(8)],
    type: "counter-went-back",
  },
  {
    name: "decrements explain a fall",
    crdt: "pn-counter",
    spec: CAUSAL,
    run: [
      ...two,
      did(3, "increment", -5, [5, 6]),
      did(2, "read", 8, [7, 8]),
      did(2, "read", 3, [9, 10]),
      ...ends(3),
    ],
  },
  {
    name: "a decrement is not seen before it began",
    crdt: "pn-counter",
    run: [did(0, "read", -1, [1, 2]), did(0, "increment", -1, [3, 4]), ...ends(-1)],
    type: "counter-mismatch",
  },
  { name: "set grows", crdt: "g-set", run: [...cart, ...ends([1, 2])] },
  { name: "set lost one", crdt: "g-set", run: [...cart, ...ends([1])], type: "vanished-element" },
  { name: "set lacks one on a node", crdt: "g-set", run: [...cart, ...ends([1], [1, 2])], type: "diverged" },
  {
    name: "set has one of nobody",
    crdt: "g-set",
    run: [...cart, ...ends([1, 2, 3])],
    type: "unexpected-element",
  },
  {
    name: "set forgets what a session saw",
    crdt: "g-set",
    spec: CAUSAL,
    run: [...cart, did(2, "read", [1, 2], [5, 6]), did(2, "read", [1], [7, 8]), ...ends([1, 2])],
    type: "vanished-element",
  },
  {
    name: "effect without its cause",
    crdt: "g-set",
    spec: CAUSAL,
    run: [
      did(0, "add", 1, [1, 2]),
      did(1, "read", [1], [3, 4]),
      did(1, "add", 2, [5, 6]),
      did(2, "read", [2], [7, 8]),
      ...ends([1, 2]),
    ],
    type: "vanished-element",
  },
  { name: "2P-Set removes", crdt: "2p-set", run: [...cart, did(0, "remove", 1, [5, 6]), ...ends([2])] },
  {
    name: "2P-Set adds again",
    crdt: "2p-set",
    run: [...cart, did(0, "remove", 1, [5, 6]), did(0, "add", 1, [7, 8]), ...ends([1, 2])],
    type: "resurrected-element",
  },
  {
    name: "2P-Set lost one",
    crdt: "2p-set",
    run: [...cart, did(0, "remove", 1, [5, 6], { result: false }), ...ends([2])],
    type: "vanished-element",
  },
  {
    name: "2P-Set shows a removed element to who removed it",
    crdt: "2p-set",
    spec: CAUSAL,
    run: [...cart, did(0, "remove", 1, [5, 6]), did(0, "read", [1], [7, 8]), ...ends([2])],
    type: "resurrected-element",
  },
  {
    name: "OR-Set adds again",
    crdt: "or-set",
    run: [...cart, did(0, "remove", 1, [5, 6]), did(0, "add", 1, [7, 8]), ...ends([1, 2])],
  },
  {
    name: "OR-Set keeps a concurrent add or not",
    crdt: "or-set",
    run: [...cart, did(0, "remove", 1, [5, 8]), did(1, "add", 1, [6, 7]), ...ends([2])],
  },
  {
    name: "OR-Set loses an add that no remove saw",
    crdt: "or-set",
    run: [...cart, did(0, "remove", 1, [5, 6]), did(1, "add", 1, [7, 8]), ...ends([2])],
    type: "remove-wins-over-concurrent-add",
  },
  {
    name: "OR-Set keeps what its own session removed",
    crdt: "or-set",
    spec: CAUSAL,
    run: [did(0, "add", 1, [1, 2]), did(0, "remove", 1, [3, 4]), ...ends([1])],
    type: "resurrected-element",
  },
  {
    name: "OR-Set keeps what another node had not seen",
    crdt: "or-set",
    run: [did(0, "add", 1, [1, 2]), did(0, "remove", 1, [3, 4]), ...ends([1])],
  },
  {
    name: "OR-Set loses an add that had seen the remove",
    crdt: "or-set",
    spec: CAUSAL,
    run: [
      did(0, "add", 1, [1, 2]),
      did(1, "remove", 1, [3, 20]),
      did(2, "read", [1], [4, 5]),
      did(2, "read", [], [6, 7]),
      did(2, "add", 1, [8, 9]),
      ...ends([]),
    ],
    type: "remove-wins-over-concurrent-add",
  },
  { name: "one write wins", crdt: "lww", run: [...registers, ...ends(1)] },
  { name: "both writes win", crdt: "lww", run: [...registers, ...ends(1, 2)], type: "diverged" },
  { name: "no write wins", crdt: "lww", run: [...registers, ...ends(null)], type: "impossible-value" },
  { name: "a value of nobody", crdt: "lww", run: [...registers, ...ends(3)], type: "impossible-value" },
  {
    name: "the earlier timestamp wins",
    crdt: "lww",
    spec: { order: "version" },
    run: [did(0, "write", 1, [1, 2], { version: 7 }), did(1, "write", 2, [3, 4], { version: 6 }), ...ends(2)],
    type: "older-write-won",
  },
  {
    name: "the later timestamp wins",
    crdt: "lww",
    spec: { order: "version" },
    run: [did(0, "write", 1, [1, 2], { version: 7 }), did(1, "write", 2, [3, 4], { version: 6 }), ...ends(1)],
  },
  {
    name: "the cause wins over its effect",
    crdt: "lww",
    spec: CAUSAL,
    run: [did(0, "write", 1, [1, 2]), did(0, "write", 2, [3, 4]), ...ends(1)],
    type: "older-write-won",
  },
  {
    name: "two readers disagree on the last of two writes",
    crdt: "lww",
    spec: CAUSAL,
    run: [
      ...registers,
      did(2, "read", 1, [5, 6]),
      did(2, "read", 2, [7, 8]),
      did(3, "read", 2, [5, 6]),
      did(3, "read", 1, [7, 8]),
      ...ends(1),
    ],
    type: "conflicting-order",
  },
  {
    name: "both insert at the beginning",
    crdt: "rga",
    run: [insert(0, 0, null, [1, 2]), insert(1, 1, null, [1, 2]), ...ends(chars(1, 0))],
  },
  {
    name: "the nodes order what was inserted at the beginning differently",
    crdt: "rga",
    run: [insert(0, 0, null, [1, 2]), insert(1, 1, null, [1, 2]), ...ends(chars(1, 0), chars(0, 1))],
    type: "text-order-conflict",
  },
  {
    name: "before its anchor",
    crdt: "rga",
    run: [...abc, ...ends(chars(1, 0, 2))],
    type: "text-order-conflict",
  },
  {
    name: "before an anchor that was erased",
    crdt: "rga",
    run: [...abc, erase(0, 1, [7, 8]), ...ends(chars(2, 0))],
    type: "text-order-conflict",
  },
  { name: "vanished", crdt: "rga", run: [...abc, ...ends(chars(0, 1))], type: "vanished-char" },
  {
    name: "vanished from under another",
    crdt: "rga",
    run: [...abc, did(1, "read", chars(0, 2), [7, 8]), ...ends(chars(0, 1, 2))],
    type: "vanished-char",
  },
  { name: "twice", crdt: "rga", run: [...abc, ...ends(chars(0, 1, 1, 2))], type: "duplicated-char" },
  { name: "of nobody", crdt: "rga", run: [...abc, ...ends(chars(0, 1, 2, 3))], type: "unexpected-char" },
  {
    name: "erased and back",
    crdt: "rga",
    run: [...abc, erase(1, 1, [7, 8]), ...ends(chars(0, 1, 2))],
    type: "resurrected-char",
  },
  {
    name: "interleaved runs of two writers",
    crdt: "rga",
    run: [
      insert(0, 0, null, [1, 2]),
      insert(0, 1, 0, [3, 4]),
      insert(1, 2, null, [1, 2]),
      insert(1, 3, 2, [3, 4]),
      ...ends(chars(0, 2, 1, 3)),
    ],
    type: "text-order-conflict",
  },
  {
    name: "the older insert stands first",
    crdt: "rga",
    spec: CAUSAL,
    run: [insert(0, 0, null, [1, 2]), insert(0, 1, null, [3, 4]), ...ends(chars(0, 1))],
    type: "text-order-conflict",
  },
];

describe("one history after the other", () => {
  test.each(CASES)("$crdt: $name", ({ crdt, spec, run, type }) => {
    const { results, anomalies } = check(crdt, run, spec);
    if (type === undefined) {
      expect(results).toMatchObject([{ model: "crdt-semantics", verdict: "satisfied" }]);
      expect(anomalies).toEqual([]);
    } else {
      expect(results).toMatchObject([{ model: "crdt-semantics", verdict: "violated" }]);
      expect(anomalies.map((anomaly) => anomaly.type)).toContain(type);
    }
  });
});

/** The worked case of three replicas: {A:10,B:3,C:7}, {A:8,B:3,C:5}, {A:10,B:2,C:7}. */
describe("three replicas of a counter", () => {
  const { update, merge, read } = CORRECT["g-counter"];
  const a = { up: { 0: 10, 1: 3, 2: 7 }, down: {} };
  const b = { up: { 0: 8, 1: 3, 2: 5 }, down: {} };
  const c = { up: { 0: 10, 1: 2, 2: 7 }, down: {} };

  test("show 20, 16 and 19; B adds 5; A merges B and shows 25", () => {
    expect([a, b, c].map(read)).toEqual([20, 16, 19]);
    expect(update(b, 1, { f: "increment", value: 5 })).toBe(true);
    merge(a, b);
    expect(read(a)).toBe(25);
  });

  const run = (merged: number): Operation[] => [
    did(0, "increment", 8, [1, 2]),
    did(0, "increment", 2, [3, 4]),
    did(1, "increment", 2, [1, 2]),
    did(1, "increment", 1, [3, 4]),
    did(2, "increment", 5, [1, 2]),
    did(2, "increment", 2, [3, 4]),
    did(0, "read", 20, [5, 6]),
    did(1, "read", 16, [5, 6]),
    did(2, "read", 19, [5, 6]),
    did(1, "increment", 5, [7, 8]),
    did(0, "read", merged, [9, 10]),
    ...ends(25),
  ];

  test("the history of it is one of a G-Counter", () => {
    expect(check("g-counter", run(25)).results[0]?.verdict).toBe("satisfied");
    expect(check("g-counter", run(25), CAUSAL).results[0]?.verdict).not.toBe("violated");
  });

  test("merging by addition is none", () => {
    expect(check("g-counter", run(41)).anomalies).toMatchObject([{ type: "surplus-increment" }]);
  });
});

describe("what is not decided", () => {
  const reason = (crdt: Crdt, run: readonly Operation[], spec: Partial<ObjectSpec> = {}) =>
    check(crdt, run, spec).results[0];

  test.each<[string, Crdt, readonly Operation[], Partial<ObjectSpec>, RegExp]>([
    ["no last reads", "g-counter", [...two, did(0, "read", 8, [5, 6])], {}, /no node was read at the end/],
    ["a node is missing", "g-set", [...cart, ends([1, 2])[0]!], {}, /n2: no last read/],
    [
      "updates during the last reads",
      "g-set",
      [...cart, did(0, "add", 3, [99, 120]), ...ends([1, 2])],
      {},
      /still going on/,
    ],
    [
      "decrements of a G-Counter",
      "g-counter",
      [did(0, "increment", -1, [1, 2]), ...ends(0)],
      {},
      /no decrements/,
    ],
    ["removes of a G-Set", "g-set", [did(0, "remove", 1, [1, 2]), ...ends([])], {}, /no removes/],
    ["elements from the start", "or-set", [...cart, ...ends([1, 2])], { initial: [5] }, /not empty/],
    [
      "equal writes",
      "lww",
      [did(0, "write", 1, [1, 2]), did(1, "write", 1, [3, 4]), ...ends(1)],
      {},
      /more than once/,
    ],
    ["deletions", "lww", [did(0, "delete", null, [1, 2]), ...ends(null)], {}, /delete/],
    [
      "an insert after nothing known",
      "rga",
      [insert(0, 1, 0, [1, 2]), ...ends(chars(1))],
      {},
      /nobody can have inserted/,
    ],
  ])("%s", (_, crdt, run, spec, words) => {
    expect(reason(crdt, run, spec)).toMatchObject({
      verdict: "unknown",
      reason: expect.stringMatching(words),
    });
  });

  test("nothing was read", () => {
    expect(reason("g-set", cart)).toMatchObject({ verdict: "unknown" });
  });
});

test("a witness says no more than it must", () => {
  const noise = [did(4, "increment", 1, [11, 12]), did(5, "read", 9, [13, 14])];
  const [lost] = check("g-counter", [...two, ...noise, ...ends(4)]).anomalies;
  expect(lost).toMatchObject({ type: "vanished-increment", witness: [2, 8, 10] });
  expect(lost?.explanation).toBe(
    "x shows 4 on n1, 4 on n2 in the end, but the 3 acknowledged increments make it at least 9",
  );
  const read = did(2, "read", [2], [7, 8]);
  const other = did(3, "read", [1], [9, 10]);
  const [vanished] = check(
    "or-set",
    [...cart, did(2, "read", [1], [5, 6]), read, other, ...ends([1, 2])],
    CAUSAL,
  ).anomalies;
  expect(vanished).toMatchObject({ type: "vanished-element", witness: [0, 2, 4, 6] });
});
