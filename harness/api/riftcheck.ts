/** `riftcheck`: reading and judging histories from a program. */
export { EXIT, HarnessError, type HarnessErrorCode } from "../core/errors.ts";
export type { History } from "../core/history.ts";
export { eventSchema, headerSchema, type HistoryEvent, type HistoryHeader } from "../core/operation.ts";
export { runRecordSchema, type RunRecord, type VerdictDocument, verdictDocumentSchema } from "../core/run.ts";
export { type Anomaly, type Expectation, type Model, type ModelResult, MODELS } from "../core/verdict.ts";
export { type JudgeRequest, judgeHistory } from "../cli/judge-history.ts";
export { parseHistory, readHistory } from "../history/read-history.ts";
