import type { Json } from "#core/json";
import type { Operation } from "../operations.ts";
import { readValue } from "./version-order.ts";

/**
 * Reads during the run that no write explains, counted by what is the matter with them: nobody ever asked for the value to be written
 * (thin air), everyone who did certainly failed (aborted), or began only after the read had ended (future).
 */
export function unexplainedReads(
  operations: readonly Operation[],
  initial: Json = null,
): Record<"thin-air-read" | "aborted-read" | "future-read", number> {
  const counts = { "thin-air-read": 0, "aborted-read": 0, "future-read": 0 };
  for (const reader of operations.filter(({ final }) => !final)) {
    const read = readValue(reader);
    if (read === undefined || read.value === initial) continue;
    const { value } = read;
    const asked = operations.filter(
      (other) =>
        other.key === reader.key &&
        (value === null
          ? other.f === "delete" && other.status !== "fail"
          : writes(other) && other.value === value),
    );
    const possible = asked.filter(({ status }) => status !== "fail");
    if (asked.length === 0) counts["thin-air-read"]++;
    else if (possible.length === 0) counts["aborted-read"]++;
    else if (possible.every(({ inv }) => inv > reader.ret)) counts["future-read"]++;
  }
  return counts;
}

/** Whether an operation wrote, or would have written had it not failed. */
const writes = ({ f, result }: Operation): boolean => f === "write" || (f === "cas" && result !== false);
