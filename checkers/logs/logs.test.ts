import { describe, expect, test } from "vitest";
import { UNLIMITED } from "#core/budget";
import { runsOf } from "../testing/arbitrary.ts";
import { casesOf } from "../testing/fuzz-table.ts";
import { compareMany, rareClasses } from "../testing/fuzz/fuzz-runs.ts";
import { headerOf, historyFrom, type Operation } from "../testing/operations.ts";
import { logDurability } from "./log-durability.ts";
import { logOrder } from "./log-order.ts";

type Pair = readonly [offset: number, message: number];

let clock = 0;
const interval = (): Pick<Operation, "inv" | "ret"> => ({ inv: ++clock, ret: ++clock });
const send = (message: number, version: number): Operation => ({
  session: 0,
  f: "send",
  key: "x",
  value: message,
  version,
  status: "ok",
  node: "n1",
  ...interval(),
});
const poll = (from: number, pairs: readonly Pair[], node = "n1", final = false): Operation => ({
  session: final ? 10 + clock : 1,
  f: "poll",
  key: "x",
  value: pairs,
  version: from,
  status: "ok",
  node,
  final,
  ...interval(),
});
const last = (pairs: readonly Pair[], nodes = ["n1", "n2"]): Operation[] =>
  nodes.map((node) => poll(0, pairs, node, true));

/** Operations follow each other in the order in which they were made. */
const history = (operations: readonly Operation[]) =>
  historyFrom(operations, headerOf({ type: "log", order: "version" }, ["n1", "n2"]));

describe("log-order", () => {
  const check = (...operations: Operation[]) => logOrder.check(history(operations), UNLIMITED);

  test("a log that is as it should be", () => {
    const { results, anomalies } = check(
      send(7, 0),
      send(8, 3),
      poll(0, [[0, 7]]),
      poll(1, [[3, 8]]),
      poll(4, []),
    );
    expect(anomalies).toEqual([]);
    expect(results).toEqual([{ model: "log-order", verdict: "satisfied" }]);
  });

  test.each<[string, () => Operation[], string, RegExp]>([
    [
      "two messages at one offset",
      () => [send(7, 0), send(8, 0)],
      "offset-conflict",
      /^offset 0 of x holds 7, told to be at 0 to session s0 by n1 at .*, and 8,/,
    ],
    [
      "a message at two offsets",
      () => [send(7, 0), poll(1, [[1, 7]])],
      "duplicate-message",
      /^message 7 of x was sent once and is at the offsets 0, 1: /,
    ],
    [
      "a poll that goes back",
      () => [
        send(7, 0),
        send(8, 1),
        poll(0, [
          [0, 7],
          [1, 8],
          [0, 7],
        ]),
      ],
      "unordered-poll",
      /asked for x from offset 0 and got offset 0 after 1$/,
    ],
    [
      "a poll from before",
      () => [send(7, 0), poll(1, [[0, 7]])],
      "unordered-poll",
      /from offset 1 and got offset 0$/,
    ],
    [
      "a poll with a gap",
      () => [send(7, 0), send(8, 1), poll(0, [[1, 8]])],
      "skipped-message",
      /read x from offset 0 to 1 without 7 at offset 0: 7, told to be at 0 /,
    ],
    [
      "a gap that was filled later",
      () => [send(8, 1), poll(0, [[1, 8]]), send(7, 0)],
      "skipped-message",
      /without 7 at offset 0/,
    ],
    [
      "a message that nobody sent",
      () => [poll(0, [[0, 9]])],
      "unexpected-message",
      /returned 9 of x, which nobody sent$/,
    ],
    [
      "a message from the future",
      () => [poll(0, [[0, 9]]), send(9, 0)],
      "unexpected-message",
      /returned 9 of x, before its send began$/,
    ],
  ])("%s", (_, operations, type, explanation) => {
    const { results, anomalies } = check(...operations());
    expect(anomalies.map((one) => one.type)).toEqual([type]);
    expect(anomalies[0]!.explanation).toMatch(explanation);
    expect(results).toEqual([{ model: "log-order", verdict: "violated" }]);
  });

  test("nothing is said of when a message must be seen", () => {
    const { results } = check(send(7, 0), send(8, 1), poll(0, []), poll(0, [[0, 7]]));
    expect(results).toEqual([{ model: "log-order", verdict: "satisfied" }]);
  });
});

describe("log-durability", () => {
  const check = (...operations: Operation[]) => logDurability.check(history(operations), UNLIMITED);

  test.each<[string, () => Operation[], string]>([
    [
      "kept on one node",
      () => [
        send(7, 0),
        send(8, 1),
        poll(
          0,
          [
            [0, 7],
            [1, 8],
          ],
          "n1",
          true,
        ),
        poll(0, [[1, 8]], "n2", true),
      ],
      "satisfied",
    ],
    ["passed on all nodes", () => [send(7, 0), send(8, 1), ...last([[1, 8]])], "violated"],
    ["at the end of the log", () => [send(7, 0), send(8, 1), ...last([[0, 7]])], "unknown"],
    ["one node was not asked", () => [send(7, 0), send(8, 1), ...last([[1, 8]], ["n1"])], "unknown"],
    ["nothing was sent", () => last([]), "not-applicable"],
  ])("%s: %s", (_, operations, verdict) => {
    expect(check(...operations()).results).toMatchObject([{ model: "no-lost-writes", verdict }]);
  });

  test("names the message, who has its acknowledgement, and the nodes", () => {
    expect(check(send(7, 0), send(8, 1), ...last([[1, 8]])).anomalies).toMatchObject([
      {
        type: "lost-message",
        explanation: expect.stringMatching(
          /^message 7 of x, acknowledged to session s0 by n1 at offset 0 at .*, is on no node at the end \(n1, n2\), although each has later ones$/,
        ),
      },
    ]);
  });
});

describe.each([...casesOf("log-order"), ...casesOf("log-durability")])(
  "agrees with the definition: $title",
  (fuzzCase) => {
    test("numbers and witnesses", () => {
      expect(rareClasses(compareMany(fuzzCase, runsOf(1000)))).toEqual([]);
    });
  },
);
