import type { Link } from "#core/cluster";
import type { Fault } from "#core/nemesis";
import { cutLinks } from "./cut-links.ts";

/** Every node hears a majority, no two the same one (Jepsen's majorities-ring): `on` names the nodes around the ring. */
export const partitionRing: Fault = {
  name: "partition-ring",
  summary: "every node hears a majority of the nodes, and no two nodes the same majority",
  aimsAtLeader: false,
  outAtOnce: 0,
  mechanism: "links",
  nodesMin: 3,
  choose: (random, nodes) => ({ on: random.shuffle(nodes), parameters: {} }),
  start: ({ cluster }, fault) => cutLinks(cluster, fault.on, deafLinks(fault.on)),
};

/** Of each node, the links from those it does not hear: all but a majority around it, itself included. */
function deafLinks(ring: readonly string[]): Link[] {
  const size = ring.length;
  const majority = Math.floor(size / 2) + 1;
  const before = Math.floor(majority / 2);
  return ring.flatMap((to, place) =>
    ring.flatMap((from, other) => {
      const distance = (other - place + before + size) % size;
      return distance < majority ? [] : [{ from, to }];
    }),
  );
}
