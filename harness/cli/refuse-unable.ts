import { HarnessError } from "#core/errors";
import type { Target } from "#core/target";
import type { Workload } from "#core/workload";

/** Whether the target performs the workload, or what its application makes of reads and writes. */
export function canPerform(target: Target, workload: Workload, workloadOptions: unknown): boolean {
  const needed = workload.application?.(workloadOptions)?.madeOf ?? workload.name;
  return target.workloads.includes(needed) || target.workloads.includes(workload.name);
}

/** @throws HarnessError `usage` if the target cannot perform the workload */
export function refuseUnable(target: Target, workload: Workload, workloadOptions: unknown): void {
  if (canPerform(target, workload, workloadOptions)) return;
  throw new HarnessError("usage", `${target.name} cannot perform the workload ${workload.name}`, {
    hint: `it performs: ${target.workloads.join(", ")}, and what clients make of reads and writes (docs/scenarios.md)`,
  });
}
