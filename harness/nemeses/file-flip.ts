import { z } from "zod";
import type { Fault } from "#core/nemesis";
import { damageFiles } from "./file-damage.ts";
import { parametersOf } from "./parameters.ts";
import { resolveNodes } from "./resolve.ts";

const parameters = z.object({
  bits: z.int().min(1).describe("how many bits are flipped"),
  seed: z.int().nonnegative().describe("chooses the file, by size, and the bits"),
});

/** A file of one node comes back from a crash with flipped bits, as failing media and controllers leave it. */
export const fileFlip: Fault = {
  name: "file-flip",
  summary: "one node is killed and comes back with some bits of a file flipped",
  aimsAtLeader: false,
  merciless: "destroys what was synced",
  anywhere: true,
  mechanism: "process",
  needs: ["disk"],
  parameters,
  choose: (random, nodes) => ({
    on: [random.pick(nodes)],
    parameters: { bits: random.pick([1, 8, 64]), seed: random.between(0, 2 ** 31) },
  }),
  start: async (context, fault) => {
    const { bits, seed } = parametersOf(parameters, fault);
    return damageFiles(context, await resolveNodes(context, fault), { kind: "flip", bits, seed });
  },
};
