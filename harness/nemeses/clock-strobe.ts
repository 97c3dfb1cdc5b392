import { z } from "zod";
import type { ClockControl, Strobe } from "#core/cluster";
import type { Fault } from "#core/nemesis";
import type { Runtime } from "#core/runtime";
import { MILLISECOND, type Nanoseconds } from "#core/units";
import { inBackground } from "./background.ts";
import { capable } from "./capable.ts";
import { drawOffset } from "./clock-skew.ts";
import { ClockRestore, jumpVerified } from "./clocks.ts";
import { parametersOf } from "./parameters.ts";
import { resolveNodes } from "./resolve.ts";

const parameters = z.object({
  by: z.number().describe("how far the clock is set ahead, nanoseconds; negative: behind"),
  period: z.number().min(MILLISECOND).describe("nanoseconds after which it is set ahead, or right again"),
});

/** One node's time of day flips between right and wrong, quickly: two readings in a row may belong to different times. */
export const clockStrobe: Fault = {
  name: "clock-strobe",
  summary: "the clock of one node flips between right and wrong many times a second",
  aimsAtLeader: false,
  anywhere: true,
  mechanism: "clock",
  needs: ["clocks"],
  parameters,
  choose: (random, nodes) => ({
    on: [random.pick(nodes)],
    parameters: { by: drawOffset(random), period: random.pick([5, 50, 500]) * MILLISECOND },
  }),
  start: async (context, fault) => {
    const { cluster, runtime } = context;
    const nodes = await resolveNodes(context, fault);
    const { by, period } = parametersOf(parameters, fault);
    const clocks = capable(cluster, "clocks");
    const begun = runtime.now();
    const clocksBefore = await ClockRestore.of(clocks, nodes);
    const strobes = await Promise.all(
      nodes.map((node) => clocks.strobe?.(node, by, period) ?? strobe(runtime, clocks, node, by, period)),
    );
    let flips: number | undefined;
    return {
      nodes,
      effect: { by, period },
      heal: async () => {
        const counts = await Promise.all(strobes.map((one) => one.calm()));
        await clocksBefore.restore(runtime.now() - begun);
        flips ??= counts.reduce((sum, count) => sum + count, 0);
        return { flips, ...clocksBefore.told };
      },
      hadEffect: () => (flips ?? 0) > 0 && clocksBefore.seen,
    };
  },
};

/** Flip by flip, each confirmed: where setting a clock takes no time. */
async function strobe(
  runtime: Runtime,
  clocks: ClockControl,
  node: string,
  by: Nanoseconds,
  period: Nanoseconds,
): Promise<Strobe> {
  let flips = 0;
  const flip = () => jumpVerified(clocks, node, flips++ % 2 === 0 ? by : -by);
  await flip();
  const flipping = inBackground(async (stop) => {
    while (!stop.aborted) {
      await runtime.sleep(period, stop);
      if (!stop.aborted) await flip();
    }
  });
  return {
    calm: async () => {
      await flipping.stop();
      return flips;
    },
  };
}
