import { FLAG, type History, NEVER, NONE, type Status } from "#core/history";
import { HistoryBuilder } from "#core/history-builder";
import type { Json } from "#core/json";
import { EVENT_TYPES, FUNCTIONS, type OperationFunction } from "#core/functions";
import { type HistoryHeader, headerSchema, type ObjectSpec } from "#core/operation";
import { RawEvent } from "#core/raw-event";

/** One operation of a small history, as tests and oracles see it. Times are ticks; equal ones overlap. */
export interface Operation {
  readonly session: number;
  readonly f: OperationFunction;
  readonly key: string;
  /** Written, added or read value; an array for reads of sets. */
  readonly value: Json;
  readonly inv: number;
  /** `Infinity` for `info`. */
  readonly ret: number;
  readonly status: Status;
  readonly node?: string;
  readonly final?: boolean;
  readonly version?: Json;
  /** Of a compare-and-set: what it expected and what it was told instead. Whether a condition held. */
  readonly expected?: Json;
  readonly result?: boolean;
  readonly observed?: Json;
}

export const TICK = 1_000_000;

/** A header whose keys all hold the same. */
export const headerOf = (
  spec: Partial<ObjectSpec>,
  nodes: readonly string[] = ["n1", "n2", "n3"],
): HistoryHeader =>
  headerSchema.parse({ riftcheck: 1, objects: [{ keys: "*", type: "register", ...spec }], nodes });

/** The history of these operations. Process ids never repeat after an indefinite operation; sessions are named `s0` … */
export function historyFrom(operations: readonly Operation[], header?: HistoryHeader): History {
  const builder = new HistoryBuilder({ source: "test", header });
  const raw = new RawEvent();
  const processes = processesOf(operations);
  eventsOf(operations).forEach(({ operation, type, time }, index) => {
    fill(raw, builder, operation, type);
    raw.index = index;
    raw.time = time * TICK;
    raw.process = processes.get(operation)!;
    builder.add(raw);
  });
  return builder.build();
}

interface TestEvent {
  readonly operation: Operation;
  readonly type: "invoke" | Status;
  readonly time: number;
}

/** In order of time; at equal times invocations come first, so that the operations overlap. */
function eventsOf(operations: readonly Operation[]): TestEvent[] {
  const invocations = operations.map((operation) => ({
    operation,
    type: "invoke" as const,
    time: operation.inv,
  }));
  const completions = operations
    .filter(({ ret }) => Number.isFinite(ret))
    .map((operation) => ({ operation, type: operation.status, time: operation.ret }));
  return [...invocations, ...completions].sort(
    (a, b) => a.time - b.time || Number(a.type !== "invoke") - Number(b.type !== "invoke"),
  );
}

/** A process performs one operation after the other and none after an indefinite one. */
function processesOf(operations: readonly Operation[]): Map<Operation, number> {
  const processes = new Map<Operation, number>();
  const freeAt: { session: number; at: number }[] = [];
  for (const operation of operations.toSorted((a, b) => a.inv - b.inv)) {
    let process = freeAt.findIndex(({ session, at }) => session === operation.session && at < operation.inv);
    if (process === -1) process = freeAt.push({ session: operation.session, at: 0 }) - 1;
    freeAt[process]!.at = operation.ret;
    processes.set(operation, process);
  }
  return processes;
}

function fill(raw: RawEvent, builder: HistoryBuilder, operation: Operation, type: TestEvent["type"]): void {
  const { f, key, value, expected, node } = operation;
  raw.clear();
  raw.type = EVENT_TYPES.indexOf(type);
  raw.f = FUNCTIONS.indexOf(f);
  raw.key = builder.internKey(key);
  raw.session = builder.sessions.intern(`s${operation.session}`);
  raw.final = operation.final === true;
  if (node !== undefined) raw.node = builder.nodes.intern(node);
  if (f === "cas") raw.value.setJson([expected ?? null, value]);
  else if (type !== "invoke" || f !== "read") raw.value.setJson(value);
  if (type !== "ok") return;
  raw.version.setJson(operation.version);
  raw.observed.setJson(operation.observed);
  if (operation.result !== undefined) raw.result = operation.result ? 1 : 0;
}

/** The operations of a history, with ranks for times: what an oracle judges a witness by. */
export function operationsOf(history: History): Operation[] {
  return Array.from({ length: history.length }, (_, row) => {
    const view = history.operation(row);
    const ret = history.retRank[row]!;
    const version = history.versionOf(row);
    const flags = history.flags[row]!;
    return {
      session: history.session[row]!,
      f: view.f,
      key: view.key ?? "",
      value: view.value,
      inv: history.invRank[row]!,
      ret: ret === NEVER ? Number.POSITIVE_INFINITY : ret,
      status: view.status,
      final: view.final,
      ...(view.node === undefined ? {} : { node: view.node }),
      ...(version === undefined ? {} : { version }),
      ...((flags & (FLAG.resultTrue | FLAG.resultFalse)) === 0
        ? {}
        : { result: (flags & FLAG.resultTrue) !== 0 }),
      ...(view.f === "cas" ? casFields(history, row) : {}),
      ...(view.f === "echo" && history.observedOf(row) >= NONE
        ? { observed: history.valueOf(history.observedOf(row)) }
        : {}),
    };
  });
}

function casFields(history: History, row: number): Partial<Operation> {
  const observed = history.observedOf(row);
  return {
    expected: history.valueOf(history.expectedOf(row)),
    ...(observed < NONE ? {} : { observed: history.valueOf(observed) }),
  };
}
