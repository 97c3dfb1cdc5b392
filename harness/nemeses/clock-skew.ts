import { z } from "zod";
import type { Fault } from "#core/nemesis";
import type { Random } from "#core/random";
import { formatDuration, MILLISECOND, type Nanoseconds } from "#core/units";
import { capable } from "./capable.ts";
import { ClockRestore, jumpVerified } from "./clocks.ts";
import { parametersOf } from "./parameters.ts";

const parameters = z.object({
  ahead: z
    .record(z.string(), z.number())
    .describe("by node: how far its clock is set ahead, nanoseconds; negative: behind"),
});

/** Some nodes' times of day are wrong, each by another amount, as long as the fault lasts. */
export const clockSkew: Fault = {
  name: "clock-skew",
  summary: "the clocks of some nodes are ahead or behind, each by another amount",
  aimsAtLeader: false,
  mechanism: "clock",
  needs: ["clocks"],
  parameters,
  choose: (random, nodes) => {
    const on = random.shuffle(nodes).slice(0, random.between(1, nodes.length)).sort();
    return { on, parameters: { ahead: Object.fromEntries(on.map((node) => [node, drawOffset(random)])) } };
  },
  start: async ({ cluster, runtime }, fault) => {
    const { ahead } = parametersOf(parameters, fault);
    const clocks = capable(cluster, "clocks");
    const nodes = Object.keys(ahead);
    const begun = runtime.now();
    const clocksBefore = await ClockRestore.of(clocks, nodes);
    for (const [node, by] of Object.entries(ahead)) await jumpVerified(clocks, node, by);
    let healed = false;
    return {
      nodes,
      effect: { ahead: Object.fromEntries(nodes.map((node) => [node, formatDuration(ahead[node] ?? 0)])) },
      heal: async () => {
        await clocksBefore.restore(runtime.now() - begun);
        healed = true;
        return { ...clocksBefore.told };
      },
      hadEffect: () => healed && clocksBefore.seen,
    };
  },
};

/** From a few milliseconds, as careless time services leave it, to minutes; as often behind as ahead. */
export function drawOffset(random: Random): Nanoseconds {
  const size = 2 ** random.between(3, 18) * MILLISECOND;
  return random.chance(0.5) ? size : -size;
}
