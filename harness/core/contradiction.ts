import { z } from "zod";
import { modelSchema } from "./verdict.ts";

/** Two findings of checkers of which one must be wrong: a model is satisfied, and the same or one that follows from it violated. */
export const contradictionSchema = z.object({
  level: z.string().optional(),
  objects: z.string().optional(),
  satisfied: z.object({ model: modelSchema, checker: z.string(), reason: z.string().optional() }),
  violated: z.object({
    model: modelSchema,
    checker: z.string(),
    /** The anomaly in words. */
    reason: z.string().optional(),
    witness: z.array(z.int().nonnegative()).optional(),
  }),
});
export type Contradiction = z.infer<typeof contradictionSchema>;
