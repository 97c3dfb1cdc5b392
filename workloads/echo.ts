import { z } from "zod";
import type { Workload } from "#core/workload";

/** Every reply must repeat what was sent: Maelstrom's workload of this name. */
export const echo: Workload<Record<string, never>> = {
  name: "echo",
  summary: "replies that must repeat what was sent (Maelstrom)",
  options: z.object({}) as z.ZodType<Record<string, never>>,
  objects: [],
  models: ["echo"],
  create: () => {
    let sent = 0;
    return {
      generator: { next: () => ({ f: "echo", value: `please echo ${sent++}` }) },
      finalReads: () => [],
    };
  },
};
