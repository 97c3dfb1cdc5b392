import type { Json } from "#core/json";
import { headerLine } from "#core/line";
import type { EventType, OperationFunction } from "#core/functions";
import type { HistoryEvent, HistoryHeader } from "#core/operation";

/** An event whose place in the list is its place in the history; `index` is that place once `numbered`. */
export type RecordedEvent = { -readonly [K in keyof HistoryEvent]: HistoryEvent[K] };

/** A history as the list of its events, to be made or altered; nothing about it is checked. */
export interface Recording {
  readonly header: HistoryHeader;
  readonly events: RecordedEvent[];
}

/** An invocation with its completion. `inv`, `ret`: places in the list, `ret` infinite for indefinite operations. */
export interface RecordedOperation {
  readonly invocation: RecordedEvent;
  readonly completion: RecordedEvent | undefined;
  readonly inv: number;
  readonly ret: number;
  readonly status: Exclude<EventType, "invoke">;
  readonly f: OperationFunction;
  readonly key: string;
  readonly session: string;
  readonly isFinal: boolean;
}

export const copyOf = ({ header, events }: Recording): Recording => ({
  header,
  events: structuredClone(events),
});

/** The operations of clients, in order of their invocations. */
export function operationsOf({ events }: Recording): RecordedOperation[] {
  const completions = new Map<RecordedEvent, number>();
  const open = new Map<RecordedEvent["process"], RecordedEvent>();
  events.forEach((event, at) => {
    if (event.process === "nemesis") return;
    if (event.type === "invoke") open.set(event.process, event);
    else completions.set(open.get(event.process)!, at);
  });
  return events.flatMap((event, at) =>
    event.type === "invoke" && event.process !== "nemesis"
      ? [operationOf(event, at, events, completions.get(event))]
      : [],
  );
}

function operationOf(
  invocation: RecordedEvent,
  inv: number,
  events: readonly RecordedEvent[],
  completed: number | undefined,
): RecordedOperation {
  const completion = completed === undefined ? undefined : events[completed];
  const status = completion === undefined || completion.type === "invoke" ? "info" : completion.type;
  return {
    invocation,
    completion,
    inv,
    ret: status === "info" ? Number.POSITIVE_INFINITY : completed!,
    status,
    f: invocation.f as OperationFunction,
    key: invocation.key ?? "",
    session: String(invocation.session ?? invocation.process),
    isFinal: invocation.final === true,
  };
}

/** What the operation asked for or, if it succeeded, was answered. */
export const valueOf = ({ invocation, completion, status }: RecordedOperation): Json =>
  (status === "ok" ? completion?.value : invocation.value) ?? null;

/** A process that has done nothing yet. */
export const newProcess = ({ events }: Recording): number =>
  1 + events.reduce((most, { process }) => (process === "nemesis" ? most : Math.max(most, process)), 0);

/** What an operation that is put into a history does: it returns right after its invocation. */
export interface NewOperation extends Pick<HistoryEvent, "f" | "key" | "value" | "result" | "node"> {
  readonly process: number;
  /** What was asked for, where the answer differs. */
  readonly asked?: Json;
}

/** Puts an operation that succeeded before the event at a place. @returns its invocation */
export function insertAt({ events }: Recording, at: number, operation: NewOperation): RecordedEvent {
  const { process, f, key, value = null, asked = value, result, node } = operation;
  const time = (events[at] ?? events.at(-1))?.time ?? 0;
  const common = {
    index: 0,
    time,
    process,
    f,
    ...(key === undefined || key === "" ? {} : { key }),
    ...(node === undefined ? {} : { node }),
  };
  const invocation: RecordedEvent = { ...common, type: "invoke", value: asked };
  const completion: RecordedEvent = {
    ...common,
    type: "ok",
    value,
    ...(result === undefined ? {} : { result }),
  };
  events.splice(at, 0, invocation, completion);
  return invocation;
}

/** Gives every event its place as index. */
export function numbered(recording: Recording): Recording {
  recording.events.forEach((event, index) => (event.index = index));
  return recording;
}

/** The lines of its history file. */
export function* linesOf(recording: Recording): Generator<string> {
  yield headerLine(recording.header);
  for (const event of numbered(recording).events) yield `${JSON.stringify(event)}\n`;
}
