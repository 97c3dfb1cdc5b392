import { z } from "zod";
import type { GeneratorContext } from "#core/generator";
import type { Json } from "#core/json";
import type { Invocation } from "#core/operation";
import type { Workload } from "#core/workload";

const optionsSchema = z.object({
  keys: z.int().min(1).default(5).describe("keys in use at a time"),
  writesPerKey: z.int().min(1).default(50).describe("writes to a key before another takes its place"),
  maxSteps: z.int().min(1).default(4).describe("most reads and writes in one transaction"),
});
type Options = z.infer<typeof optionsSchema>;

/** Transactions of reads and of writes that are all different. `write`: how a write is called. */
export const transactions = (name: string, summary: string, write: "append" | "w"): Workload<Options> => ({
  name,
  summary,
  options: optionsSchema,
  objects: [],
  models: [],
  create: ({ options }) => {
    const steps = stepSource(options, write);
    const next = (context: GeneratorContext): Invocation => ({
      f: "txn",
      value: Array.from({ length: context.random.between(1, options.maxSteps) }, () => steps(context)),
    });
    return { generator: { next }, finalReads: () => [] };
  },
});

function stepSource({ keys, writesPerKey }: Options, write: string): (context: GeneratorContext) => Json {
  let made = keys;
  const slots = Array.from({ length: keys }, (_, key) => ({ key, written: 0 }));
  return ({ random }) => {
    const slot = random.pick(slots);
    if (random.chance(0.5)) return ["r", slot.key, null];
    if (slot.written >= writesPerKey) Object.assign(slot, { key: made++, written: 0 });
    return [write, slot.key, ++slot.written];
  };
}
