import { z } from "zod";
import type { Fault } from "#core/nemesis";
import { killIn } from "./kill.ts";
import { parametersOf } from "./parameters.ts";
import { roll } from "./rolling.ts";

const parameters = z.object({
  downShare: z
    .number()
    .gt(0)
    .lt(1)
    .describe("how much of its turn each node is down; the turns share the fault's time evenly"),
});

/** A rolling restart, as an upgrade does it, except that processes are killed. */
export const killRolling: Fault = {
  name: "kill-rolling",
  summary: "one node after the other is killed and started again, until all had their turn",
  aimsAtLeader: false,
  outAtOnce: 1,
  mechanism: "process",
  nodesMin: 2,
  parameters,
  choose: (random, nodes) => ({
    on: random.shuffle(nodes),
    parameters: { downShare: random.pick([0.25, 0.5, 0.75]) },
  }),
  start: async (context, fault) =>
    roll(context, fault, parametersOf(parameters, fault).downShare, killIn(context)),
};
