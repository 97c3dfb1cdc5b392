import { z } from "zod";
import type { Fault } from "#core/nemesis";
import { capable } from "./capable.ts";
import { parametersOf } from "./parameters.ts";
import { resolveNodes } from "./resolve.ts";

const parameters = z.object({
  writesPerSecond: z.number().min(1).describe("writes that reach the disk each second; the others wait"),
});

/** The disk of one node takes few writes a second: what waits for a sync, waits long. */
export const diskSlow: Fault = {
  name: "disk-slow",
  summary: "the disk of one node takes only a few writes a second",
  aimsAtLeader: false,
  anywhere: true,
  mechanism: "disk",
  needs: ["disk"],
  parameters,
  choose: (random, nodes) => ({
    on: [random.pick(nodes)],
    parameters: { writesPerSecond: random.pick([2, 10, 50]) },
  }),
  start: async (context, fault) => {
    const { writesPerSecond } = parametersOf(parameters, fault);
    const disk = capable(context.cluster, "disk");
    const nodes = await resolveNodes(context, fault);
    for (const node of nodes) await disk.throttle(node, writesPerSecond);
    let writes: number | undefined;
    return {
      nodes,
      effect: { writesPerSecond },
      heal: async () => {
        if (writes === undefined) {
          const counts = await Promise.all(nodes.map((node) => disk.throttled(node)));
          for (const node of nodes) await disk.release(node);
          writes = counts.reduce((sum, count) => sum + count, 0);
        }
        return { writes };
      },
      hadEffect: () => (writes ?? 0) > 0,
    };
  },
};
