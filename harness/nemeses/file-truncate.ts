import { z } from "zod";
import type { Fault } from "#core/nemesis";
import { damageFiles } from "./file-damage.ts";
import { parametersOf } from "./parameters.ts";
import { resolveNodes } from "./resolve.ts";

const parameters = z.object({
  bytes: z.int().min(1).describe("how many bytes go from its end"),
  seed: z.int().nonnegative().describe("chooses the file, by size"),
});

/** A file of one node comes back from a crash without its end, as a write that was torn leaves it. */
export const fileTruncate: Fault = {
  name: "file-truncate",
  summary: "one node is killed and comes back with the end of a file missing",
  aimsAtLeader: false,
  merciless: "destroys what was synced",
  anywhere: true,
  mechanism: "process",
  needs: ["disk"],
  parameters,
  choose: (random, nodes) => ({
    on: [random.pick(nodes)],
    parameters: { bytes: random.pick([1, 64, 1_024]), seed: random.between(0, 2 ** 31) },
  }),
  start: async (context, fault) => {
    const { bytes, seed } = parametersOf(parameters, fault);
    return damageFiles(context, await resolveNodes(context, fault), { kind: "cut", bytes, seed });
  },
};
