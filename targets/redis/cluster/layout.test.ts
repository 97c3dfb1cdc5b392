import { expect, test } from "vitest";
import { layoutOf, nodesConfig, replicasOf } from "./layout.ts";
import { SLOTS } from "./key-slot.ts";

const nodesOf = (count: number) =>
  Array.from({ length: count }, (_, i) => ({ node: `n${i + 1}`, host: `10.64.0.1${i + 1}`, ports: {} }));

test("three primaries share all slots, the others copy them in turn", () => {
  const layout = layoutOf(nodesOf(7));
  expect(layout.map(({ primary }) => primary?.node)).toEqual([
    ...[undefined, undefined, undefined],
    ...["n1", "n2", "n3", "n1"],
  ]);
  const ranges = layout.flatMap(({ slots }) => (slots === undefined ? [] : [slots]));
  expect(ranges[0]?.[0]).toBe(0);
  expect(ranges[1]?.[0]).toBe((ranges[0]?.[1] ?? 0) + 1);
  expect(ranges[2]?.[0]).toBe((ranges[1]?.[1] ?? 0) + 1);
  expect(ranges[2]?.[1]).toBe(SLOTS - 1);
  expect([3, 5, 6, 8, 9].map(replicasOf)).toEqual([0, 0, 1, 1, 2]);
});

test("fewer than three nodes are refused", () => {
  expect(() => layoutOf(nodesOf(2))).toThrow("--topology cluster needs 3 nodes, not 2");
});

test("each node finds itself and all others in its nodes.conf", () => {
  const nodes = nodesOf(6);
  const lines = nodesConfig(nodes[4]!, nodes).split("\n");
  expect(lines).toHaveLength(8);
  expect(lines[0]).toMatch(/^[0-9a-f]{40} 10\.64\.0\.11:6379@16379 master - 0 0 1 connected 0-5460$/);
  expect(lines[4]).toMatch(
    /^[0-9a-f]{40} 10\.64\.0\.15:6379@16379 myself,slave [0-9a-f]{40} 0 0 2 connected$/,
  );
  expect(lines[4]?.split(" ")[3]).toBe(lines[1]?.split(" ")[0]);
  expect(lines[6]).toBe("vars currentEpoch 3 lastVoteEpoch 0");
});
