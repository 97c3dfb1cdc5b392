import { z } from "zod";
import { distributionSchema } from "#core/distribution";
import type { Fault } from "#core/nemesis";
import { MILLISECOND } from "#core/units";
import { capable } from "./capable.ts";
import { parametersOf } from "./parameters.ts";
import { resolveNodes } from "./resolve.ts";

const parameters = z.object({
  perEvent: distributionSchema.describe("what each message, request and timer takes, nanoseconds"),
});

/** One node does everything slowly, one thing after the other: alive for those who ask, too late for those who wait. */
export const slowNode: Fault = {
  name: "slow-node",
  summary: "one node takes long for everything it does",
  aimsAtLeader: false,
  anywhere: true,
  mechanism: "speed",
  needs: ["speed"],
  parameters,
  choose: (random, nodes) => ({
    on: [random.pick(nodes)],
    parameters: {
      perEvent: { kind: "exponential", min: MILLISECOND, tail: random.pick([5, 20, 100]) * MILLISECOND },
    },
  }),
  start: async (context, fault) => {
    const { perEvent } = parametersOf(parameters, fault);
    const speed = capable(context.cluster, "speed");
    const nodes = await resolveNodes(context, fault);
    for (const node of nodes) await speed.slow(node, perEvent);
    let slowed: number | undefined;
    return {
      nodes,
      effect: { slowed: nodes },
      heal: async () => {
        if (slowed === undefined) {
          const counts = await Promise.all(nodes.map((node) => speed.slowed(node)));
          for (const node of nodes) await speed.restore(node);
          slowed = counts.reduce((sum, count) => sum + count, 0);
        }
        return { slowed };
      },
      hadEffect: () => (slowed ?? 0) > 0,
    };
  },
};
