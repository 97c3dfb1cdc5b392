import { expect, test } from "vitest";
import { logsOf } from "./logs.ts";

test("lines of all nodes stand in order of their time; those without one are counted", () => {
  const logs = logsOf({
    "n1/store.log": "0.500000 follows n2\n2.000000 leads\nno time here\n",
    "n2/store.log": "1.250000 says \u202eabc\n\tat Object.<anonymous>",
  });
  expect(logs).toEqual({
    lines: [
      { at: 500_000_000, node: "n1", text: "follows n2" },
      { at: 1_250_000_000, node: "n2", text: "says \\u202eabc" },
      { at: 2_000_000_000, node: "n1", text: "leads" },
    ],
    leftOut: 0,
    untimed: 2,
  });
});

test("of too many lines an even choice remains, and the rest is counted", () => {
  const text = Array.from({ length: 5_000 }, (_, i) => `${(i / 10).toFixed(6)} line ${i}`).join("\n");
  const { lines, leftOut } = logsOf({ "n1/store.log": text });
  expect(lines.length + leftOut).toBe(5_000);
  expect(lines.length).toBeLessThanOrEqual(2_000);
  expect(lines.at(-1)?.text).toBe("line 4998");
});
