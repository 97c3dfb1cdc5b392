import { z } from "zod";
import type { Fault } from "#core/nemesis";
import { parametersOf } from "./parameters.ts";
import { resolveNodes } from "./resolve.ts";
import { probabilitySchema, shapeLinks, someOrAll } from "./shape-links.ts";

const parameters = z.object({ probability: probabilitySchema.describe("of each message to be damaged") });

/** Links from and to some nodes flip bits. Checksums find that: messages are lost, or late where they are sent again. */
export const packetCorruption: Fault = {
  name: "packet-corruption",
  summary: "links of some nodes damage messages, which checksums then discard",
  aimsAtLeader: false,
  anywhere: true,
  mechanism: "shaping",
  needs: ["shaping"],
  nodesMin: 2,
  parameters,
  choose: (random, nodes) => ({
    on: someOrAll(random, nodes),
    parameters: { probability: random.pick([0.02, 0.1, 0.3]) },
  }),
  start: async (context, fault) => {
    const { probability } = parametersOf(parameters, fault);
    return shapeLinks(context, await resolveNodes(context, fault), { corruption: probability });
  },
};
