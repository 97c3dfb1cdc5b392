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

/** The contradiction in a sentence, with what each side goes by. */
export function contradictionWords({ satisfied, violated }: Contradiction): string {
  const says = ({ checker, model, reason }: Contradiction["satisfied"], verdict: string): string =>
    `${checker} says that ${model} is ${verdict}${reason === undefined ? "" : ` (${reason})`}`;
  const witness = violated.witness === undefined ? "" : `, witness ${violated.witness.join(", ")}`;
  return `a bug in riftcheck: two checkers contradict each other: ${says(satisfied, "satisfied")}, ${says(violated, "violated")}${witness}`;
}
