import { z } from "zod";
import type { PressureControl } from "#core/cluster";
import { HarnessError } from "#core/errors";
import type { ActiveFault, Fault, NemesisContext, ScheduledFault } from "#core/nemesis";
import { capable } from "./capable.ts";
import { parametersOf } from "./parameters.ts";
import { resolveNodes } from "./resolve.ts";

const processorParameters = z.object({
  share: z.number().gt(0).describe("of one processor that each of the node's processes gets"),
});

/** One node gets little processor time, as beside a greedy neighbour. */
export const pressureProcessor: Fault = {
  name: "pressure-cpu",
  summary: "one node gets only a small share of a processor",
  aimsAtLeader: false,
  anywhere: true,
  mechanism: "speed",
  needs: ["pressure"],
  parameters: processorParameters,
  choose: (random, nodes) => ({
    on: [random.pick(nodes)],
    parameters: { share: random.pick([0.02, 0.05, 0.2]) },
  }),
  start: async (context, fault) => {
    const { share } = parametersOf(processorParameters, fault);
    return squeeze(context, fault, { share }, (pressure, node) => pressure.squeezeProcessor(node, share));
  },
};

const memoryParameters = z.object({
  room: z
    .number()
    .nonnegative()
    .describe("bytes that each of the node's processes may use beyond what it uses when the fault begins"),
});

/** One node gets no more memory: what it needs beyond that ends processes, or takes the room of its cache. */
export const pressureMemory: Fault = {
  name: "pressure-memory",
  summary: "one node gets hardly more memory than it has; processes that need more are killed",
  aimsAtLeader: false,
  anywhere: true,
  mechanism: "speed",
  needs: ["pressure"],
  parameters: memoryParameters,
  choose: (random, nodes) => ({
    on: [random.pick(nodes)],
    parameters: { room: random.pick([0, 1 << 18, 1 << 20]) },
  }),
  start: async (context, fault) => {
    const { room } = parametersOf(memoryParameters, fault);
    return squeeze(context, fault, { room }, (pressure, node) => pressure.squeezeMemory(node, room));
  },
};

/** Proved by how often the nodes ran into their limits. */
async function squeeze(
  context: NemesisContext,
  fault: ScheduledFault,
  effect: Record<string, number>,
  act: (pressure: PressureControl, node: string) => Promise<void>,
): Promise<ActiveFault> {
  const { cluster } = context;
  const pressure = capable(cluster, "pressure");
  const nodes = await resolveNodes(context, fault);
  for (const node of nodes) await act(pressure, node);
  let felt: number | undefined;
  return {
    nodes,
    effect,
    heal: async () => {
      if (felt === undefined) {
        const counts = await Promise.all(nodes.map((node) => pressure.felt(node)));
        for (const node of nodes) {
          await pressure.release(node);
          if ((await cluster.state(node)) === "stopped") await cluster.start(node);
          if ((await cluster.state(node)) === "stopped")
            throw new HarnessError("heal-failed", `${node} does not run although its limits are gone`);
        }
        felt = counts.reduce((sum, count) => sum + count, 0);
      }
      return { felt };
    },
    hadEffect: () => (felt ?? 0) > 0,
  };
}
