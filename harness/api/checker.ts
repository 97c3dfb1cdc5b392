/** `riftcheck/checker`: what a checker sees and says. */
export { type Budget, BudgetExceeded, UNLIMITED } from "../core/budget.ts";
export { type Checker, type CheckResult, MAX_ANOMALIES } from "../core/checker.ts";
export {
  FLAG,
  type History,
  NEVER,
  NONE,
  type OperationView,
  STATUS,
  type Status,
  UNENDED,
} from "../core/history.ts";
export { FUNCTIONS } from "../core/functions.ts";
export { MODELS } from "../core/models.ts";
export {
  ANOMALY_TYPES,
  type Anomaly,
  type AnomalyEdge,
  type Model,
  type ModelResult,
} from "../core/verdict.ts";
