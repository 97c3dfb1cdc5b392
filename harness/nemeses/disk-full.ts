import { z } from "zod";
import { HarnessError } from "#core/errors";
import type { Fault } from "#core/nemesis";
import { capable } from "./capable.ts";
import { parametersOf } from "./parameters.ts";
import { resolveNodes } from "./resolve.ts";

const parameters = z.object({
  leave: z.number().nonnegative().describe("bytes that are left free, to a block or so"),
});

/** Space comes in blocks, and a file system keeps a few for itself. */
const SLACK = 256 << 10;

/** The disk of one node has no room: what it writes is refused. */
export const diskFull: Fault = {
  name: "disk-full",
  summary: "the disk of one node is full, or nearly so",
  aimsAtLeader: false,
  anywhere: true,
  mechanism: "disk",
  needs: ["disk"],
  parameters,
  choose: (random, nodes) => ({
    on: [random.pick(nodes)],
    parameters: { leave: random.pick([0, 64 << 10, 1 << 20]) },
  }),
  start: async (context, fault) => {
    const { leave } = parametersOf(parameters, fault);
    const { cluster } = context;
    const disk = capable(cluster, "disk");
    const nodes = await resolveNodes(context, fault);
    const free: number[] = [];
    for (const node of nodes) free.push(await disk.fill(node, leave));
    if (Math.max(...free) > leave + SLACK) {
      for (const node of nodes) await disk.empty(node);
      throw new HarnessError("fault-failed", `${Math.max(...free)} bytes are still free`);
    }
    let freeAtTheEnd: number[] | undefined;
    return {
      nodes,
      effect: { free: Math.max(...free) },
      heal: async () => {
        freeAtTheEnd ??= await Promise.all(nodes.map((node) => disk.free(node)));
        for (const node of nodes) {
          await disk.empty(node);
          if ((await disk.free(node)) <= leave + SLACK)
            throw new HarnessError("heal-failed", `the disk of ${node} is still full`);
          if ((await cluster.state(node)) === "stopped") await cluster.start(node);
        }
        return { free: Math.max(...freeAtTheEnd) };
      },
      hadEffect: () => freeAtTheEnd?.every((bytes) => bytes <= leave + SLACK) ?? false,
    };
  },
};
