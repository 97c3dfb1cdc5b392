import type { Contradiction } from "./contradiction.ts";

/** The contradiction in a sentence, with what each side goes by. */
export function contradictionWords({ satisfied, violated }: Contradiction): string {
  const says = ({ checker, model, reason }: Contradiction["satisfied"], verdict: string): string =>
    `${checker} says that ${model} is ${verdict}${reason === undefined ? "" : ` (${reason})`}`;
  const witness = violated.witness === undefined ? "" : `, witness ${violated.witness.join(", ")}`;
  return `a bug in riftcheck: two checkers contradict each other: ${says(satisfied, "satisfied")}, ${says(violated, "violated")}${witness}`;
}
