import { z } from "zod";
import type { Fault } from "#core/nemesis";
import { MILLISECOND } from "#core/units";
import { inBackground } from "./background.ts";
import { bringUp, isNew, takeDown } from "./crash.ts";
import { killIn } from "./kill.ts";
import { parametersOf } from "./parameters.ts";
import { resolveNodes } from "./resolve.ts";

const parameters = z.object({
  after: z
    .array(z.number().nonnegative())
    .min(1)
    .describe("nanoseconds that the node gets each time it is started, before it is killed again"),
});

/** One node is killed, and killed again while it starts: recovery itself is interrupted, several times. */
export const killStarting: Fault = {
  name: "kill-starting",
  summary: "one node is killed, and killed again each time while it starts",
  aimsAtLeader: false,
  anywhere: true,
  mechanism: "process",
  parameters,
  choose: (random, nodes) => ({
    on: [random.pick(nodes)],
    parameters: {
      after: Array.from({ length: random.between(2, 4) }, () => random.between(0, 400) * MILLISECOND),
    },
  }),
  start: async (context, fault) => {
    const { after } = parametersOf(parameters, fault);
    const { runtime } = context;
    const [node = ""] = await resolveNodes(context, fault);
    const starts: Awaited<ReturnType<typeof bringUp>>[] = [];
    let down: Awaited<ReturnType<typeof takeDown>> | undefined = await takeDown(
      context,
      node,
      killIn(context),
    );
    const raise = async (): Promise<void> => {
      if (down === undefined) return;
      starts.push(await bringUp(context, node, down.incarnation));
      down = undefined;
    };
    const crashing = inBackground(async (stop) => {
      for (const length of after) {
        if (stop.aborted) return;
        await raise();
        await runtime.sleep(length, stop);
        if (!stop.aborted) down = await takeDown(context, node, killIn(context));
      }
    });
    return {
      nodes: [node],
      effect: { killedFirst: node },
      heal: async () => {
        await crashing.stop();
        await raise();
        return { starts: [...starts] };
      },
      hadEffect: () => starts.length > 1 && starts.every(isNew),
    };
  },
};
