import { z } from "zod";
import type { Fault } from "#core/nemesis";
import { inBackground } from "./background.ts";
import { capable } from "./capable.ts";
import { drawOffset } from "./clock-skew.ts";
import { ClockRestore, jumpVerified } from "./clocks.ts";
import { parametersOf } from "./parameters.ts";
import { resolveNodes } from "./resolve.ts";

const parameters = z.object({
  jumps: z
    .array(z.number())
    .min(1)
    .describe(
      "how far the clock is set ahead each time, nanoseconds; negative: back. Evenly over the fault's time",
    ),
});

/** One node's time of day is set several times, forward and back. */
export const clockJump: Fault = {
  name: "clock-jump",
  summary: "the clock of one node jumps several times, forward and back",
  aimsAtLeader: false,
  anywhere: true,
  mechanism: "clock",
  needs: ["clocks"],
  parameters,
  choose: (random, nodes) => ({
    on: [random.pick(nodes)],
    parameters: { jumps: Array.from({ length: random.between(2, 6) }, () => drawOffset(random)) },
  }),
  start: async (context, fault) => {
    const { cluster, runtime } = context;
    const nodes = await resolveNodes(context, fault);
    const { jumps } = parametersOf(parameters, fault);
    const clocks = capable(cluster, "clocks");
    const begun = runtime.now();
    const clocksBefore = await ClockRestore.of(clocks, nodes);
    const [first = 0, ...rest] = jumps;
    let done = 0;
    const jump = async (by: number): Promise<void> => {
      for (const node of nodes) await jumpVerified(clocks, node, by);
      done++;
    };
    await jump(first);
    const jumping = inBackground(async (stop) => {
      for (const by of rest) {
        await runtime.sleep(fault.for / jumps.length, stop);
        if (!stop.aborted) await jump(by);
      }
    });
    return {
      nodes,
      effect: { firstBy: first },
      heal: async () => {
        await jumping.stop();
        await clocksBefore.restore(runtime.now() - begun);
        return { jumps: done, ...clocksBefore.told };
      },
      hadEffect: () => done > 0 && clocksBefore.seen,
    };
  },
};
