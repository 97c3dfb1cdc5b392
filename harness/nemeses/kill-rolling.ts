import { z } from "zod";
import type { Fault } from "#core/nemesis";
import { inBackground } from "./background.ts";
import { bringUp, isNew, takeDown } from "./crash.ts";
import { killIn } from "./kill.ts";
import { parametersOf } from "./parameters.ts";

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
  mechanism: "process",
  nodesMin: 2,
  parameters,
  choose: (random, nodes) => ({
    on: random.shuffle(nodes),
    parameters: { downShare: random.pick([0.25, 0.5, 0.75]) },
  }),
  start: async (context, fault) => {
    const { downShare } = parametersOf(parameters, fault);
    const { runtime } = context;
    const turn = fault.for / fault.on.length;
    const restarted: Awaited<ReturnType<typeof bringUp>>[] = [];
    let down: Awaited<ReturnType<typeof takeDown>> | undefined;
    const raise = async (): Promise<void> => {
      if (down === undefined) return;
      restarted.push(await bringUp(context, down.node, down.incarnation));
      down = undefined;
    };
    const [first = "", ...rest] = fault.on;
    down = await takeDown(context, first, killIn(context));
    const begun = runtime.now();
    const roll = inBackground(async (stop) => {
      // By the clock: what killing and starting take must not put off the turns of the others.
      const until = (after: number) => runtime.sleep(Math.max(0, begun + after - runtime.now()), stop);
      for (const [i, next] of [...rest, undefined].entries()) {
        await until(turn * (i + downShare));
        if (!stop.aborted) await raise();
        await until(turn * (i + 1));
        if (!stop.aborted && next !== undefined) down = await takeDown(context, next, killIn(context));
      }
    });
    return {
      nodes: fault.on,
      effect: { killedFirst: first },
      heal: async () => {
        await roll.stop();
        await raise();
        return { restarted: [...restarted] };
      },
      hadEffect: () => restarted.length > 0 && restarted.every(isNew),
    };
  },
};
