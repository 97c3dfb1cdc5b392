import type { Fault } from "#core/nemesis";
import { resolveNodes } from "./resolve.ts";
import { shapeLinks } from "./shape-links.ts";

/** What one node sends, and what is sent to it, arrives when all is over: late, not lost, out of a world that is gone. */
export const packetHold: Fault = {
  name: "packet-hold",
  summary: "messages from and to one node are kept, and all arrive when the fault is healed",
  aimsAtLeader: false,
  anywhere: true,
  mechanism: "shaping",
  needs: ["shaping"],
  nodesMin: 2,
  choose: (random, nodes) => ({ on: [random.pick(nodes)], parameters: {} }),
  start: async (context, fault) => shapeLinks(context, await resolveNodes(context, fault), { hold: true }),
};
