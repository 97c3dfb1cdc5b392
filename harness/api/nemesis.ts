/** `riftcheck/nemesis`: what a fault is made of. */
export {
  type Capabilities,
  type Capability,
  CLIENTS,
  type ClockControl,
  type Cluster,
  type Link,
  type LinkConditions,
  type LinkShaping,
  type NodeState,
  type PowerControl,
  type ShapedLinks,
  type SpeedControl,
} from "../core/cluster.ts";
export { type Distribution, distributionSchema } from "../core/distribution.ts";
export { HarnessError } from "../core/errors.ts";
export type { Json } from "../core/json.ts";
export type {
  ActiveFault,
  Fault,
  FaultSchedule,
  Mechanism,
  NemesisContext,
  ScheduledFault,
} from "../core/nemesis.ts";
export type { Random } from "../core/random.ts";
export type { Runtime } from "../core/runtime.ts";
