import { z } from "zod";
import type { Fault } from "#core/nemesis";
import { capable } from "./capable.ts";
import { ClockRestore } from "./clocks.ts";
import { parametersOf } from "./parameters.ts";

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
  mechanism: "clock",
  needs: ["clocks"],
  parameters,
  choose: (random, nodes) => ({
    on: [random.pick(nodes)],
    parameters: { rate: random.pick([0.5, 0.9, 0.99, 1.01, 1.1, 2]) },
  }),
  start: async ({ cluster, runtime }, fault) => {
    const { rate } = parametersOf(parameters, fault);
    const clocks = capable(cluster, "clocks");
    const begun = runtime.now();
    const clocksBefore = await ClockRestore.of(clocks, fault.on);
    for (const node of fault.on) await clocks.setRate(node, rate);
    const [probe = ""] = fault.on;
    const aheadBefore = await clocks.ahead(probe);
    let drifted: number | undefined;
    return {
      nodes: fault.on,
      effect: { rate },
      heal: async () => {
        drifted ??= (await clocks.ahead(probe)) - aheadBefore;
        await clocksBefore.restore(runtime.now() - begun);
        return { drifted };
      },
      hadEffect: () => drifted !== undefined && Math.sign(drifted) === Math.sign(rate - 1),
    };
  },
};
