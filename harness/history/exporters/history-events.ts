import { ABSENT, FLAG, type History, NEVER, type OperationView } from "#core/history";
import type { Json } from "#core/json";
import { VALUE_AT_INVOCATION } from "#core/object-specs";
import type { EventType } from "#core/functions";
import type { HistoryEvent, TimedFaultEvent } from "#core/operation";
import { infoIndexes } from "./info-indexes.ts";

const TYPES: readonly EventType[] = ["ok", "fail", "info"];

/**
 * The events of a history in order, as they could have been recorded. What columns do not keep is gone: messages of errors,
 * what the nemesis did besides faults, and the places of the completions of indefinite operations, which get free ones.
 */
export function* historyEvents(history: History): Generator<HistoryEvent> {
  const places = infoIndexes(history);
  let time = 0;
  for (const { index, row, kind } of eventCodes(history, places)) {
    const event =
      kind === "fault"
        ? faultEvent(history.faults[row]!)
        : kind === "invocation"
          ? invocation(history, row)
          : completion(history, row, index);
    time = Math.max(time, event.time);
    yield { ...event, time };
  }
}

interface Code {
  readonly index: number;
  readonly row: number;
  readonly kind: "invocation" | "completion" | "fault";
}

/** Which event comes when. */
function eventCodes(history: History, places: ReadonlyMap<number, number>): Code[] {
  const codes: Code[] = history.faults.map(({ index }, row) => ({ index, row, kind: "fault" }));
  for (let row = 0; row < history.length; row++) {
    codes.push({ index: history.invRank[row]!, row, kind: "invocation" });
    const completed = history.retRank[row] === NEVER ? places.get(row) : history.retRank[row]!;
    if (completed !== undefined) codes.push({ index: completed, row, kind: "completion" });
  }
  return codes.sort((a, b) => a.index - b.index);
}

const faultEvent = ({ index, time, ...value }: TimedFaultEvent): HistoryEvent => ({
  index,
  time,
  process: "nemesis",
  type: "info",
  f: "fault",
  value: value as Json,
});

function invocation(history: History, row: number): HistoryEvent {
  const operation = history.operation(row);
  const level = history.levelOf(row);
  return {
    index: operation.index,
    time: operation.start,
    ...common(operation, "invoke"),
    value: askedValue(history, row, operation),
    ...(operation.session === String(operation.process) ? {} : { session: operation.session }),
    ...(level === undefined ? {} : { level }),
    ...(operation.node === undefined ? {} : { node: operation.node }),
  };
}

function completion(history: History, row: number, index: number): HistoryEvent {
  const operation = history.operation(row);
  const { f, node, error } = operation;
  const flags = history.flags[row]!;
  const version = history.versionOf(row);
  const observed = history.observedOf(row);
  const type = TYPES[history.status[row]!]!;
  const isKnown = type === "ok" || VALUE_AT_INVOCATION.has(f);
  return {
    index,
    time: history.retTime[row]!,
    ...common(operation, type),
    value:
      f === "cas" ? askedValue(history, row, operation) : isKnown ? answer(history, row, operation) : null,
    ...(node === undefined ? {} : { node }),
    ...(version === undefined ? {} : { version }),
    ...((flags & FLAG.resultTrue) === 0 ? {} : { result: true }),
    ...((flags & FLAG.resultFalse) === 0 ? {} : { result: false }),
    ...(observed === ABSENT ? {} : { observed: history.valueOf(observed) }),
    ...(error === undefined ? {} : { error: { code: error, message: "" } }),
  };
}

const common = ({ process, f, key, final }: OperationView, type: EventType) => ({
  process,
  type,
  f,
  ...(key === undefined || key === "" ? {} : { key }),
  ...(final ? { final: true as const } : {}),
});

/** What the client asked for. */
function askedValue(history: History, row: number, { f, value }: OperationView): Json {
  if (f === "cas") return [history.valueOf(history.expectedOf(row)), value];
  if (f === "txn") return withoutReads(value);
  return VALUE_AT_INVOCATION.has(f) ? value : null;
}

/** What was read, siblings as such. */
function answer(history: History, row: number, { value }: OperationView): Json {
  const isList = (history.flags[row]! & FLAG.list) !== 0;
  const key = history.key[row]!;
  return isList && key >= 0 && history.objectOf(key).siblings ? { siblings: value } : value;
}

/** The steps of a transaction before anything was read. */
const withoutReads = (steps: Json): Json =>
  Array.isArray(steps)
    ? steps.map((step: Json) =>
        Array.isArray(step) && step[0] === "r" ? [step[0], step[1] as Json, null] : step,
      )
    : steps;
