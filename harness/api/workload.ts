/** `riftcheck/workload`: what clients do, and the generators it is composed of. */
export type { OperationFunction } from "../core/functions.ts";
export type { Generator, GeneratorContext, Next } from "../core/generator.ts";
export type {
  Invocation,
  ObjectSpec,
  ObjectType,
  VersionOrder,
} from "../core/operation.ts";
export type { Random } from "../core/random.ts";
export { MICROSECOND, MILLISECOND, type Nanoseconds, SECOND } from "../core/units.ts";
export type { Model } from "../core/verdict.ts";
export type { Client } from "../core/client.ts";
export type {
  Application,
  SessionContext,
  Workload,
  WorkloadContext,
  WorkloadRun,
} from "../core/workload.ts";
export { limit } from "../generators/limit.ts";
export { mix } from "../generators/mix.ts";
export { paced } from "../generators/paced.ts";
export { answerOf, type StepOutcome, type Visit, visits } from "../generators/visits.ts";
