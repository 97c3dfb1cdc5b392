import { describe, expect, test } from "vitest";
import { TOPOLOGIES, type Topology, topologyNames } from "./topology.ts";

const nodes = (count: number): string[] => Array.from({ length: count }, (_, i) => `n${i}`);

/** Neighbours as text. */
const edges = (topology: Topology): string =>
  Object.entries(topology)
    .map(([node, others]) => `${node}:${others.join(",")}`)
    .join(" ");

test.each([
  ["grid", "n0:n1,n3 n1:n0,n2,n4 n2:n1,n5 n3:n0,n4,n6 n4:n1,n3,n5 n5:n2,n4 n6:n3"],
  ["line", "n0:n1 n1:n0,n2 n2:n1,n3 n3:n2,n4 n4:n3,n5 n5:n4,n6 n6:n5"],
  ["tree2", "n0:n1,n2 n1:n0,n3,n4 n2:n0,n5,n6 n3:n1 n4:n1 n5:n2 n6:n2"],
  ["tree4", "n0:n1,n2,n3,n4 n1:n0,n5,n6 n2:n0 n3:n0 n4:n0 n5:n1 n6:n1"],
] as const)("%s of seven", (name, expected) => {
  expect(edges(TOPOLOGIES[name](nodes(7)))).toBe(expected);
});

describe.each(topologyNames)("%s", (name) => {
  test.each([1, 2, 3, 4, 5, 10, 25])("connects %i nodes, both ways", (count) => {
    const topology = TOPOLOGIES[name](nodes(count));
    const reached = new Set(["n0"]);
    for (const node of reached) for (const other of topology[node]!) reached.add(other);
    expect([...reached].sort()).toEqual(nodes(count).sort());
    for (const [node, others] of Object.entries(topology)) {
      expect(others).not.toContain(node);
      for (const other of others) expect(topology[other]).toContain(node);
    }
  });
});
