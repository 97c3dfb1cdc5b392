import { expect, test } from "vitest";
import { parseSlots, redirectionOf } from "./slot-map.ts";

const names = new Map([
  ["10.0.0.1", "n1"],
  ["10.0.0.4", "n4"],
]);
const nodeAt = (address: string) => names.get(address);

test("the map tells a slot's primary before its replicas", () => {
  const map = parseSlots(
    [
      [0, 5460, ["10.0.0.1", 6379, "id"], ["10.0.0.4", 6379, "id"], ["10.0.0.9", 6379, "id"]],
      [5461, 16383, ["10.0.0.4", 6379, "id"]],
    ],
    nodeAt,
  );
  expect(map.keepersOf(0)).toEqual(["n1", "n4"]);
  expect(map.keepersOf(5460)).toEqual(["n1", "n4"]);
  expect(map.keepersOf(5461)).toEqual(["n4"]);
  expect(parseSlots([], nodeAt).keepersOf(7)).toEqual([]);
  expect(() => parseSlots("OK", nodeAt)).toThrow("no list");
});

test("redirections name an address; other errors are none", () => {
  expect(redirectionOf("MOVED 3999 10.0.0.1:6379")).toEqual({ address: "10.0.0.1", isOnce: false });
  expect(redirectionOf("ASK 3999 10.0.0.4:6379")).toEqual({ address: "10.0.0.4", isOnce: true });
  expect(redirectionOf("CLUSTERDOWN Hash slot not served")).toBeUndefined();
  expect(redirectionOf("MOVED 3999 :6379")).toBeUndefined();
});
