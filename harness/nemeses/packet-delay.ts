import { z } from "zod";
import { type Distribution, distributionSchema } from "#core/distribution";
import type { Fault } from "#core/nemesis";

import { MILLISECOND, type Nanoseconds } from "#core/units";
import { parametersOf } from "./parameters.ts";
import { resolveNodes } from "./resolve.ts";
import { shapeLinks, someOrAll } from "./shape-links.ts";

const parameters = z.object({
  delay: distributionSchema.describe("added to each message's way, nanoseconds"),
});

/** Links from and to some nodes take longer: far away, jittery, or with a long tail. */
export const packetDelay: Fault = {
  name: "packet-delay",
  summary: "links of some nodes take longer: evenly, or with a tail",
  aimsAtLeader: false,
  anywhere: true,
  mechanism: "shaping",
  needs: ["shaping"],
  nodesMin: 2,
  parameters,
  choose: (random, nodes) => ({
    on: someOrAll(random, nodes),
    parameters: { delay: random.pick(DELAYS)(random.pick([5, 25, 100]) * MILLISECOND) },
  }),
  start: async (context, fault) => {
    const { delay } = parametersOf(parameters, fault);
    return shapeLinks(context, await resolveNodes(context, fault), { delay });
  },
};

/** By a typical delay. */
const DELAYS: readonly ((typical: Nanoseconds) => Distribution)[] = [
  (value) => ({ kind: "constant", value }),
  (typical) => ({ kind: "uniform", min: 0, max: 2 * typical }),
  (tail) => ({ kind: "exponential", min: 0, tail }),
  (median) => ({ kind: "log-normal", median, sigma: 1 }),
  (typical) => ({ kind: "pareto", min: typical / 2, shape: 1.5 }),
];
