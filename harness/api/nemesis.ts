/** `riftcheck/nemesis`: what a fault is made of. */
export type { Cluster, Link, NodeState } from "../core/cluster.ts";
export { HarnessError } from "../core/errors.ts";
export type { Json } from "../core/json.ts";
export type { ActiveFault, Fault, FaultSchedule, NemesisContext, ScheduledFault } from "../core/nemesis.ts";
export type { Random } from "../core/random.ts";
export type { Runtime } from "../core/runtime.ts";
