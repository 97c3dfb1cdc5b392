import type { z } from "zod";
import { HarnessError } from "#core/errors";
import type { ScheduledFault } from "#core/nemesis";

/** A fault's parameters, checked: they may come from a stored schedule. @throws HarnessError `fault-failed` */
export function parametersOf<Schema extends z.ZodType>(
  schema: Schema,
  fault: ScheduledFault,
): z.infer<Schema> {
  const parsed = schema.safeParse(fault.parameters);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue === undefined ? "" : `${issue.path.join(".")}: ${issue.message}`;
  throw new HarnessError("fault-failed", `${fault.fault}: parameters: ${where}`);
}
