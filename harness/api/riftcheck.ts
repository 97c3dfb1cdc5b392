/** `riftcheck`: simulating stores, and reading and judging histories, from a program. */
export { EXIT, HarnessError, type HarnessErrorCode } from "../core/errors.ts";
export type { History } from "../core/history.ts";
export { eventSchema, headerSchema, type HistoryEvent, type HistoryHeader } from "../core/operation.ts";
export { runRecordSchema, type RunRecord, type VerdictDocument, verdictDocumentSchema } from "../core/run.ts";
export { MODELS } from "../core/models.ts";
export type { Anomaly, AnomalyEdge, Expectation, Model, ModelResult } from "../core/verdict.ts";
export { type JudgeRequest, judgeHistory } from "../cli/judge-history.ts";
export { exportJepsen } from "../history/exporters/jepsen-export.ts";
export { exportJsonl } from "../history/exporters/jsonl-export.ts";
export { type Mapping, mappingSchema } from "../history/importers/mapping.ts";
export { FORMAT_NAMES } from "../history/importers/format-names.ts";
export { parseHistory, readHistory, type ReadOptions } from "../history/read-history.ts";
export { simulate, type Simulated, type SimulateSettings } from "./simulate.ts";
