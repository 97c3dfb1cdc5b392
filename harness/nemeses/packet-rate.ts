import { z } from "zod";
import type { Fault } from "#core/nemesis";
import { MILLISECOND } from "#core/units";
import { parametersOf } from "./parameters.ts";
import { resolveNodes } from "./resolve.ts";
import { shapeLinks, someOrAll } from "./shape-links.ts";

const parameters = z.object({
  bytesPerSecond: z.number().positive().describe("width of each link; a message is as long as its JSON"),
  queue: z.number().nonnegative().describe("nanoseconds: a message that would wait longer is lost"),
});

/** Links from and to some nodes become narrow: messages queue up, and are lost where the queue is too long. */
export const packetRate: Fault = {
  name: "packet-rate",
  summary: "links of some nodes become narrow: messages queue, and what finds the queue full is lost",
  aimsAtLeader: false,
  anywhere: true,
  mechanism: "shaping",
  needs: ["shaping"],
  nodesMin: 2,
  parameters,
  choose: (random, nodes) => ({
    on: someOrAll(random, nodes),
    parameters: {
      bytesPerSecond: random.pick([2_000, 10_000, 50_000]),
      queue: random.pick([50, 500]) * MILLISECOND,
    },
  }),
  start: async (context, fault) => {
    const rate = parametersOf(parameters, fault);
    return shapeLinks(context, await resolveNodes(context, fault), { rate });
  },
};
