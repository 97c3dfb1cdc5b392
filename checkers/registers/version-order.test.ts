import { expect, test } from "vitest";
import { parseHistory } from "../../harness/history/read-history.ts";
import { precedes, versionOrders } from "./version-order.ts";

/** Two sessions write key a once each, one session writes key b twice; no real time. */
const historyOf = (order: string) => {
  const objects = [
    { keys: "a", type: "register", order },
    { keys: "b", type: "register", order: "single-writer" },
  ];
  const writes = [
    [0, "a", 1],
    [1, "a", 2],
    [2, "b", 3],
    [2, "b", 4],
  ] as const;
  const lines = writes.flatMap(([process, key, value], i) =>
    ["invoke", "ok"].map((type, j) => ({ index: 2 * i + j, time: 0, process, type, f: "write", key, value })),
  );
  return parseHistory(
    [{ riftcheck: 1, objects, realTime: false }, ...lines].map((line) => JSON.stringify(line)).join("\n"),
  );
};

test("one version precedes another where something tells the order of their key, and nowhere else", () => {
  for (const order of ["unknown", "value"]) {
    const history = historyOf(order);
    const [a1 = -1, a2 = -1, b3 = -1, b4 = -1] = history.value;
    expect([precedes(history, a1, a2), precedes(history, a2, a1)], order).toEqual([order === "value", false]);
    expect([precedes(history, b3, b4), precedes(history, b4, b3)]).toEqual([true, false]);
    const { upper, lower } = versionOrders(history);
    expect(precedes(history, b3, b4)).toBe(upper[b3]! < lower[b4]!);
  }
});

test("what is no value precedes nothing", () => {
  const history = historyOf("value");
  expect([precedes(history, -2, 0), precedes(history, 0, -2)]).toEqual([false, false]);
});
