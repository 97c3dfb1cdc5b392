import { z } from "zod";
import type { Workload } from "#core/workload";

/** Clients ask for ids; no id may be given out twice: Maelstrom's workload of this name. */
export const uniqueIds: Workload<Record<string, never>> = {
  name: "unique-ids",
  summary: "ids, none of which may be given out twice (Maelstrom)",
  options: z.object({}) as z.ZodType<Record<string, never>>,
  objects: [],
  models: ["unique-ids"],
  create: () => ({
    generator: { next: () => ({ f: "generate", value: null }) },
    finalReads: () => [],
  }),
};
