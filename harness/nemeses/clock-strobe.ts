import { z } from "zod";
import type { Fault } from "#core/nemesis";
import { MILLISECOND } from "#core/units";
import { inBackground } from "./background.ts";
import { capable } from "./capable.ts";
import { drawOffset } from "./clock-skew.ts";
import { ClockRestore, jumpVerified } from "./clocks.ts";
import { parametersOf } from "./parameters.ts";

const parameters = z.object({
  by: z.number().describe("how far the clock is set ahead, nanoseconds; negative: behind"),
  period: z.number().min(MILLISECOND).describe("nanoseconds after which it is set ahead, or right again"),
});

/** One node's time of day flips between right and wrong, quickly: two readings in a row may belong to different times. */
export const clockStrobe: Fault = {
  name: "clock-strobe",
  summary: "the clock of one node flips between right and wrong many times a second",
  aimsAtLeader: false,
  mechanism: "clock",
  needs: ["clocks"],
  parameters,
  choose: (random, nodes) => ({
    on: [random.pick(nodes)],
    parameters: { by: drawOffset(random), period: random.pick([5, 50, 500]) * MILLISECOND },
  }),
  start: async ({ cluster, runtime }, fault) => {
    const { by, period } = parametersOf(parameters, fault);
    const clocks = capable(cluster, "clocks");
    const begun = runtime.now();
    const clocksBefore = await ClockRestore.of(clocks, fault.on);
    let flips = 0;
    const flip = async (): Promise<void> => {
      for (const node of fault.on) await jumpVerified(clocks, node, flips % 2 === 0 ? by : -by);
      flips++;
    };
    await flip();
    const strobe = inBackground(async (stop) => {
      while (!stop.aborted) {
        await runtime.sleep(period, stop);
        if (!stop.aborted) await flip();
      }
    });
    return {
      nodes: fault.on,
      effect: { by, period },
      heal: async () => {
        await strobe.stop();
        await clocksBefore.restore(runtime.now() - begun);
        return { flips };
      },
      hadEffect: () => flips > 0,
    };
  },
};
