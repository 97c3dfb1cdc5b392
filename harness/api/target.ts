/** `riftcheck/target`: what a store under test is made of. */
export type { Client } from "../core/client.ts";
export type { Cluster, ClusterContext } from "../core/cluster.ts";
export { OPERATION_ERRORS, OperationError, type OperationErrorCode } from "../core/errors.ts";
export type { Json } from "../core/json.ts";
export type { Invocation, ObjectSpec, Reply } from "../core/operation.ts";
export type { Random } from "../core/random.ts";
export type { Connection, Endpoint, Runtime } from "../core/runtime.ts";
export type {
  ClientContext,
  ComposeTarget,
  DockerPlan,
  ImagePlan,
  NodePlan,
  ProcessPlan,
  Target,
  ProgramPlan,
  ProtocolBody,
} from "../core/target.ts";
export { type HttpReply, type HttpRequest, HttpSession, silentNodes } from "./http-session.ts";
export { MICROSECOND, MILLISECOND, type Nanoseconds, SECOND } from "../core/units.ts";
export type { Expectation, Model } from "../core/verdict.ts";
