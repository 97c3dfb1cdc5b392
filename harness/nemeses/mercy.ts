import type { Fault } from "#core/nemesis";
import { minorityOf } from "./targets.ts";

/** A fault and the nodes it is planned on. */
export interface PlannedFault {
  readonly fault: Fault;
  readonly on: readonly string[];
}

/** Whether a majority of the nodes is in service while all of these are in force. A leader, or a follower, may be any node. */
export function leavesMajority(planned: readonly PlannedFault[], nodes: number): boolean {
  const named = new Set<string>();
  let others = 0;
  for (const { fault, on } of planned) {
    const out =
      fault.outAtOnce ?? (fault.mechanism === "process" || fault.mechanism === "links" ? on.length : 0);
    if (out < on.length) others += out;
    else
      for (const node of on)
        if (node === "leader" || node === "follower") others++;
        else named.add(node);
  }
  return named.size + others <= minorityOf(nodes);
}
