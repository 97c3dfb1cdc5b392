import { z } from "zod";
import type { Fault } from "#core/nemesis";
import { capable } from "./capable.ts";
import { ClockRestore } from "./clocks.ts";
import { parametersOf } from "./parameters.ts";
import { resolveNodes } from "./resolve.ts";

const parameters = z.object({
  rate: z
    .number()
    .positive()
    .describe("how fast the clocks run, monotonic ones and timers included; 1: right"),
});

/** One node's clocks run too fast or too slow, timers included: its timeouts and leases end at other times than it thinks. */
export const clockDrift: Fault = {
  name: "clock-drift",
  summary: "the clocks and timers of one node run too fast or too slow",
  aimsAtLeader: false,
  anywhere: true,
  mechanism: "clock",
  needs: ["clocks"],
  parameters,
  choose: (random, nodes) => ({
    on: [random.pick(nodes)],
    parameters: { rate: random.pick([0.5, 0.9, 0.99, 1.01, 1.1, 2]) },
  }),
  start: async (context, fault) => {
    const { cluster, runtime } = context;
    const nodes = await resolveNodes(context, fault);
    const { rate } = parametersOf(parameters, fault);
    const clocks = capable(cluster, "clocks");
    const begun = runtime.now();
    const clocksBefore = await ClockRestore.of(clocks, nodes);
    for (const node of nodes) await clocks.setRate(node, rate);
    const [probe = ""] = nodes;
    const aheadBefore = await clocks.ahead(probe);
    let drifted: number | undefined;
    return {
      nodes,
      effect: { rate },
      heal: async () => {
        drifted ??= (await clocks.ahead(probe)) - aheadBefore;
        await clocksBefore.restore(runtime.now() - begun);
        return { drifted, ...clocksBefore.told };
      },
      hadEffect: () =>
        drifted !== undefined && Math.sign(drifted) === Math.sign(rate - 1) && clocksBefore.seen,
    };
  },
};
