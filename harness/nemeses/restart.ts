import { z } from "zod";
import type { Fault, NemesisContext } from "#core/nemesis";
import { SECOND } from "#core/units";
import { capable } from "./capable.ts";
import { crash } from "./crash.ts";
import { parametersOf } from "./parameters.ts";
import { resolveNodes } from "./resolve.ts";
import { roll } from "./rolling.ts";

const patience = z
  .number()
  .min(SECOND)
  .describe("nanoseconds after which a process that was asked to end is killed; whole seconds");

/** As an administrator ends it, as an end for `crash`. */
const stopIn =
  ({ cluster }: NemesisContext, within: number) =>
  async (node: string) => ({ byItself: await capable(cluster, "shutdown").stop(node, within) });

const oneParameters = z.object({ patience });

/** Asks the processes of one node to end, and starts them again with the data they left. */
export const restart: Fault = {
  name: "restart-one",
  summary: "every process of one node is asked to end (SIGTERM), and started again afterwards",
  aimsAtLeader: false,
  anywhere: true,
  mechanism: "process",
  needs: ["shutdown"],
  parameters: oneParameters,
  choose: (random, nodes) => ({ on: [random.pick(nodes)], parameters: { patience: 10 * SECOND } }),
  start: async (context, fault) => {
    const within = parametersOf(oneParameters, fault).patience;
    return crash(context, await resolveNodes(context, fault), stopIn(context, within));
  },
};

const rollingParameters = z.object({
  patience,
  downShare: z.number().gt(0).lt(1).describe("how much of its turn each node is down"),
});

/** A rolling restart, as an upgrade does it. */
export const restartRolling: Fault = {
  name: "restart-rolling",
  summary: "one node after the other is asked to end and started again, as an upgrade does it",
  aimsAtLeader: false,
  outAtOnce: 1,
  mechanism: "process",
  needs: ["shutdown"],
  nodesMin: 2,
  parameters: rollingParameters,
  choose: (random, nodes) => ({
    on: random.shuffle(nodes),
    parameters: { patience: 10 * SECOND, downShare: random.pick([0.25, 0.5]) },
  }),
  start: async (context, fault) => {
    const { downShare, patience: within } = parametersOf(rollingParameters, fault);
    return roll(context, fault, downShare, stopIn(context, within));
  },
};
