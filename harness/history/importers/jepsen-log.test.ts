import { describe, expect, test } from "vitest";
import { FLAG, STATUS } from "#core/history";
import { parseHistory } from "../read-history.ts";

const read = (text: string, failedCas?: "failure") => parseHistory(text, "h", { format: "auto", failedCas });

const log = (lines: string): string =>
  lines
    .split("\n")
    .map((line) => `INFO  jepsen.util - ${line.replaceAll(" | ", "\t")}\n`)
    .join("");

describe("the log of a Jepsen test", () => {
  const text = log(`0 | :invoke | :read | nil
0 | :ok | :read | nil
1 | :invoke | :cas | [1 2]
1 | :fail | :cas | [1 2]
2 | :invoke | :cas | [0 3]
2 | :ok | :cas | [0 3]
3 | :invoke | :write | 4
3 | :info | :write | :timed-out
8 | :invoke | :read | nil
8 | :fail | :read | :timed-out
4 | :invoke | :write | 5`);

  test("tells of refused swaps, timed-out reads and open writes", () => {
    const history = read(text);
    expect([...history.status].map((status) => Object.keys(STATUS)[status])).toEqual([
      "ok",
      "ok",
      "ok",
      "info",
      "fail",
      "info",
    ]);
    expect(history.flags[1]).toBe(FLAG.resultFalse);
    expect(history.flags[2]).toBe(FLAG.resultTrue);
    expect(history.operation(3)).toMatchObject({ value: 4, error: "timed-out", process: 3 });
    expect(history.operation(4)).toMatchObject({ value: null, error: "timed-out" });
    expect(history.operation(5).end).toBeUndefined();
    expect(history.keys).toEqual([""]);
  });

  test("can have its failed swaps taken for failures", () => {
    expect(read(text, "failure").status[1]).toBe(STATUS.fail);
  });

  test("is found among other lines, with times and brackets before it", () => {
    const history = read(`Running with JVM 1.8
2015-01-20 19:05:33,123 INFO  [jepsen worker 1] jepsen.util: 1\t:invoke\t:write\t3
WARN something :invoke else
2015-01-20 19:05:33,124{GMT}\tINFO\t[jepsen worker 1] jepsen.util: 1\t:ok\t:write\t3
2015-01-20 19:05:33,125 INFO [nemesis] jepsen.util: :nemesis\t:info\t:start\t"Cut off {:n1 #{n2}}"
`);
    expect(history.length).toBe(1);
    expect(history.status[0]).toBe(STATUS.ok);
    expect(history.faults).toMatchObject([{ fault: "fault", phase: "start" }]);
  });

  test("is read from history.txt, which has no prefix", () => {
    expect(read("0\t:invoke\t:write\t3\n0\t:ok\t:write\t3\n").length).toBe(1);
  });

  test("names the line of a problem", () => {
    expect(() => read(text + log("4 | :ok | :read | 5\n4 | :ok | :read | 5"))).toThrow(/^h:12: field "f"/);
    expect(() => read(text + log("4 | :ok | :write | [5\n0 | :invoke | :read | nil"))).toThrow(
      /^h:12: field "value": expected a whole value/,
    );
  });

  test("may be torn in its last line", () => {
    const history = read(`${text.trimEnd()}\nINFO  jepsen.util - 4\t:ok\t:write\t[5`);
    expect(history.status[5]).toBe(STATUS.info);
    expect(history.warnings.join()).toContain("line 12, the last one, is torn");
  });
});
