import { expect, test } from "vitest";
import { headerSchema, type VersionOrder } from "#core/operation";
import { historyFrom, type Operation } from "../testing/operations.ts";
import { precedes, versionOrders } from "./version-order.ts";

/** Two sessions write key a once each, one session writes key b twice; no real time. */
function historyOf(order: VersionOrder) {
  const header = headerSchema.parse({
    riftcheck: 1,
    objects: [
      { keys: "a", type: "register", order },
      { keys: "b", type: "register", order: "single-writer" },
    ],
    realTime: false,
  });
  const writes = [
    [0, "a", 1],
    [1, "a", 2],
    [2, "b", 3],
    [2, "b", 4],
  ] as const;
  const operations = writes.map(
    ([session, key, value], i): Operation => ({
      ...{ session, key, value, f: "write", status: "ok" },
      ...{ inv: 2 * i, ret: 2 * i + 1 },
    }),
  );
  return historyFrom(operations, header);
}

test("one version precedes another where something tells the order of their key, and nowhere else", () => {
  for (const order of ["unknown", "value"] as const) {
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
