import { describe, expect, test } from "vitest";
import { logsOf } from "./logs.ts";

const SPAN = { from: 0, to: 600e9 };
/** Time zero of the run. */
const ZERO = "2026-11-21T17:07:00.500Z";

test("lines of all nodes stand in order of their time; those without one are listed by themselves", () => {
  const logs = logsOf(
    {
      "n1/store.log": "0.500000 follows n2\n2.000000 leads\nno time here\n",
      "n2/store.log": "1.250000 says \u202eabc\n\tat Object.<anonymous>",
    },
    undefined,
    SPAN,
  );
  expect(logs).toEqual({
    lines: [
      { at: 500_000_000, node: "n1", text: "follows n2" },
      { at: 1_250_000_000, node: "n2", text: "says \\u202eabc" },
      { at: 2_000_000_000, node: "n1", text: "leads" },
    ],
    leftOut: 0,
    outside: 0,
    untimed: [
      { node: "n1", text: "no time here" },
      { node: "n2", text: "␉at Object.<anonymous>" },
    ],
    untimedLeftOut: 0,
  });
});

describe("times of day, as stores write them", () => {
  test.each([
    ["Redis", "1:M 21 Nov 2026 17:07:06.627 * Ready", 6.127, "1:M * Ready"],
    ["with a T and a zone", "2026-11-21T18:07:06.627+01:00 INFO up", 6.127, "INFO up"],
    ["with a comma, as Java's logs", "INFO [main] 2026-11-21 17:07:06,627 up", 6.127, "INFO [main] up"],
    ["PostgreSQL", "2026-11-21 17:07:06.627 UTC [31] LOG:  up", 6.127, "UTC [31] LOG:  up"],
    ["NATS", "[1] 2026/11/21 17:07:06.627000 [INF] up", 6.127, "[1] [INF] up"],
    ["whole seconds", "2026-11-21 17:07:06 0 [Note] up", 5.5, "0 [Note] up"],
    ["west of Greenwich", "2026-11-21T12:07:06.627-05:00 up", 6.127, "up"],
    ["over midnight", "2026-11-22T00:00:00.500+06:50 up", 180, "up"],
  ])("%s", (_, line, seconds, text) => {
    const { lines } = logsOf({ "n1/x.log": line }, ZERO, SPAN);
    expect(lines).toEqual([{ at: Math.round(seconds * 1e9), node: "n1", text }]);
  });

  test("inside of JSON the line stays as it is", () => {
    const line = '{"level":"info","ts":"2026-11-21T17:07:06.627Z","msg":"up"}';
    expect(logsOf({ "n1/etcd.log": line }, ZERO, SPAN).lines[0]).toEqual({
      at: 6_127_000_000,
      node: "n1",
      text: line,
    });
  });

  test("a leap day, the turn of a year and of a century lie where they do", () => {
    const at = (line: string): number | undefined =>
      logsOf({ "n1/x.log": line }, "2024-02-28T23:59:59Z", { from: -4e18, to: 4e18 }).lines[0]?.at;
    expect(at("2024-02-29T00:00:00Z x")).toBe(1e9);
    expect(at("2024-03-01T00:00:00Z x")).toBe(86_401e9);
    expect(at("2025-01-01T00:00:00Z x")).toBe((307 * 86_400 + 1) * 1e9);
    expect(at("1999-12-31T23:59:59Z x")).toBe(-8_825 * 86_400e9);
  });

  test("without the moment of time zero nothing tells where they lie", () => {
    const { lines, untimed } = logsOf({ "n1/x.log": "2026-11-21T17:07:06.627Z up" }, undefined, SPAN);
    expect(lines).toEqual([]);
    expect(untimed).toEqual([{ node: "n1", text: "2026-11-21T17:07:06.627Z up" }]);
  });

  test("lines from before and after the run are counted", () => {
    const text = "2026-11-21T17:07:00Z starts\n2026-11-21T17:07:01Z up\n2026-11-21T18:07:01Z ends";
    const { lines, outside } = logsOf({ "n1/x.log": text }, ZERO, SPAN);
    expect(lines.map((line) => line.text)).toEqual(["up"]);
    expect(outside).toBe(2);
  });
});

test("of too many lines an even choice remains, and the rest is counted", () => {
  const text = Array.from({ length: 5_000 }, (_, i) => `${(i / 10).toFixed(6)} line ${i}`).join("\n");
  const { lines, leftOut } = logsOf({ "n1/store.log": text }, undefined, SPAN);
  expect(lines.length + leftOut).toBe(5_000);
  expect(lines.length).toBeLessThanOrEqual(2_000);
  expect(lines.at(-1)?.text).toBe("line 4998");
});

test("of many lines without a time the last ones remain", () => {
  const text = Array.from({ length: 500 }, (_, i) => `line ${i}`).join("\n");
  const { untimed, untimedLeftOut } = logsOf({ "n1/x.log": text }, undefined, SPAN);
  expect([untimed.length, untimedLeftOut, untimed.at(-1)?.text]).toEqual([200, 300, "line 499"]);
});
