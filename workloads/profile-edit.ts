import { z } from "zod";
import type { GeneratorContext } from "#core/generator";
import type { Workload, WorkloadRun } from "#core/workload";
import { type Visit, visits } from "../harness/generators/visits.ts";
import { OWNED_REGISTERS } from "./support/objects.ts";
import { OwnedKeys, readOf } from "./support/owned-keys.ts";

const optionsSchema = z.object({
  editRatio: z
    .number()
    .min(0)
    .max(1)
    .default(0.3)
    .describe("share of visits that edit the user's own profile"),
  looksAfterEdit: z
    .int()
    .min(0)
    .default(1)
    .describe("how often users look at their own profile after an edit"),
  ownLevel: z.string().default("own").describe("level of a user's reads of the own profile"),
  othersLevel: z.string().default("others").describe("level of reads of other users' profiles"),
});
type Options = z.infer<typeof optionsSchema>;

/**
 * Users edit their profiles, look at them at once, and look at those of others. Who does not find the own edit has been
 * answered by a replica that lags: `read-your-writes` is broken at the level `own`. That others see it a little later is what an
 * eventually consistent store promises: so the two views are two levels, judged and measured apart, and a store may answer
 * the first from its leader and the second from any replica (Terry et al. 1994; Kleppmann 2017, ch. 5).
 */
export const profileEdit: Workload<Options> = {
  name: "profile-edit",
  summary: "users edit their profiles and look at them, and at others': read-your-writes of the own view",
  options: optionsSchema,
  objects: OWNED_REGISTERS,
  models: [
    "linearizable",
    "sequential",
    "causal",
    "pram",
    "read-your-writes",
    "monotonic-reads",
    "bounded-staleness",
    "no-lost-writes",
    "convergence",
  ],
  create: ({ options }) => profiles(options),
};

function profiles({ editRatio, looksAfterEdit, ownLevel, othersLevel }: Options): WorkloadRun {
  const keys = new OwnedKeys("profile");

  function* edit(context: GeneratorContext): Visit {
    yield keys.write(context);
    for (let look = 0; look < looksAfterEdit; look++) yield readOf(keys.own(context), ownLevel);
  }

  function* look(context: GeneratorContext): Visit {
    const other = keys.others(context);
    yield other === undefined ? readOf(keys.own(context), ownLevel) : readOf(other, othersLevel);
  }

  return {
    generator: visits((context) => (context.random.chance(editRatio) ? edit(context) : look(context))),
    finalReads: () => keys.finalReads(),
  };
}
