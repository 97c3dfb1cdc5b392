import type { History } from "#core/history";
import type { Json } from "#core/json";
import { FUNCTIONS, type OperationFunction } from "#core/functions";
import { faultEventSchema, type HistoryHeader } from "#core/operation";
import { EVENT, EventProblem } from "#core/raw-event";
import { problemOf } from "../parse-event.ts";
import { nameOf } from "./edn-scanner.ts";
import { EventFeed, headerOf, type ImportedEvent, importedEvent } from "./event-feed.ts";
import type { ReaderRequest } from "./format.ts";
import { COUNTS_DOWN, FunctionNames } from "./functions.ts";
import { errorCode } from "./jepsen-error.ts";
import { type JepsenOperation, plainName } from "./jepsen-operation.ts";
import { KeyNames } from "./key-names.ts";
import type { FailedCas } from "./options.ts";
import { JepsenNemesis } from "./jepsen-nemesis.ts";
import { isTransaction, transaction } from "./transactions.ts";
import { isTuple, TupleMode } from "./tuples.ts";

/** Bytes of two lines of Jepsen's EDN, about. */
const BYTES_PER_OPERATION = 160;

/** Understands the operations of Jepsen, Knossos, Elle and Porcupine, whatever text they were read from. */
export class JepsenHistory {
  readonly #feed: EventFeed;
  readonly #functions: FunctionNames;
  readonly #failedCas: FailedCas;
  readonly #event: ImportedEvent = importedEvent(0, EVENT.invoke, "read", null);
  readonly #keys = new KeyNames();
  readonly #tuples: TupleMode;
  readonly #nemesis: JepsenNemesis;
  /** The independent keys of open operations by process. */
  readonly #openKeys = new Map<number, string>();
  #keylessReads = 0;

  /** `own`: what riftcheck noted when it wrote the history. */
  constructor(
    { source, expectedBytes, objects, options }: ReaderRequest,
    failedCas: FailedCas,
    own?: { readonly header: HistoryHeader | undefined },
  ) {
    this.#feed = new EventFeed({
      source,
      header: headerOf(options.mapping?.objects) ?? own?.header ?? headerOf(objects),
      capacity: Math.ceil(expectedBytes / BYTES_PER_OPERATION),
      backwards: "hold",
    });
    this.#functions = new FunctionNames(
      options.mapping?.functions,
      own === undefined ? undefined : FUNCTIONS,
    );
    this.#failedCas = options.failedCas ?? failedCas;
    this.#tuples = new TupleMode(options.tuples === false);
    this.#nemesis = new JepsenNemesis(this.#feed);
  }

  warn(warning: string): void {
    this.#feed.warn(warning);
  }

  build(): History {
    if (this.#keylessReads > 0) {
      this.#feed.warn(
        `${this.#keylessReads} operations were invoked on an independent key and completed without one: the whole value of the completion was taken for theirs`,
      );
    }
    return this.#feed.build();
  }

  /** @throws EventProblem */
  add(op: JepsenOperation): void {
    if (op.type === -1) throw new EventProblem("type", "one of :invoke, :ok, :fail, :info");
    const index = naturalOf(op.index, "index");
    const time = naturalOf(op.time, "time");
    if (typeof op.process !== "number") {
      this.#addNemesis(op, index, time);
      return;
    }
    const f = this.#functionOf(op);
    if (f === "skip") {
      this.#feed.skip(index, time);
      return;
    }
    const event = this.#event;
    event.process = op.process;
    event.type = op.type;
    event.f = f;
    event.index = index;
    event.time = time;
    event.key = undefined;
    event.value = op.value;
    setDetails(event, op);
    if (f === "txn") this.#transaction(event, op);
    else if (op.type === EVENT.invoke) this.#invoke(event, op);
    else this.#complete(event, op);
    this.#feed.add(event);
  }

  #functionOf(op: JepsenOperation): OperationFunction | "skip" {
    if (op.f === undefined) {
      if (isTransaction(op.value)) return "txn";
      throw new EventProblem("f", "the function of the operation");
    }
    const f = this.#functions.find(op.f);
    return (f === "read" || f === "write") && isTransaction(op.value) ? "txn" : f;
  }

  #transaction(event: ImportedEvent, op: JepsenOperation): void {
    if (op.type === EVENT.invoke || op.type === EVENT.ok) event.value = transaction(op.value, this.#keys);
    else event.value = undefined;
  }

  #invoke(event: ImportedEvent, op: JepsenOperation): void {
    const keyed = op.key === undefined && this.#tuples.isKeyed(event.f, op.value);
    let key: string | undefined;
    if (keyed && isTuple(op.value)) {
      key = this.#keys.of(op.value[0]);
      event.value = op.value[1];
    } else if (op.key !== undefined) key = this.#keys.of(op.key);
    event.key = key;
    if (event.f === "increment") event.value = deltaOf(event.value, op.f ?? "");
    if (keyed) this.#openKeys.set(event.process, key ?? "");
    else if (this.#openKeys.size > 0) this.#openKeys.delete(event.process);
  }

  #complete(event: ImportedEvent, op: JepsenOperation): void {
    const key = this.#openKeys.size > 0 ? this.#openKeys.get(event.process) : undefined;
    if (key !== undefined) event.value = this.#valueOfTuple(op, key);
    if (event.f === "cas") this.#compareAndSet(event, op);
  }

  /** The value of a completion on an independent key. */
  #valueOfTuple({ value, type }: JepsenOperation, key: string): Json | undefined {
    if (isTuple(value) && nameOf(value[0]) === key) return value[1];
    if (type === EVENT.ok) this.#keylessReads++;
    return value;
  }

  /** A compare-and-set that failed without an error was answered: the value was another. */
  #compareAndSet(event: ImportedEvent, op: JepsenOperation): void {
    if (op.type === EVENT.ok) event.result ??= true;
    else if (
      op.type === EVENT.fail &&
      this.#failedCas === "observation" &&
      op.error === undefined &&
      isTuple(event.value)
    ) {
      event.type = EVENT.ok;
      event.result = false;
    }
  }

  #addNemesis(op: JepsenOperation, index: number | undefined, time: number | undefined): void {
    if (op.process === undefined) throw new EventProblem("process", "a number or :nemesis");
    plainName(op.process, "process");
    if (op.f === "fault") {
      const fault = faultEventSchema.safeParse(op.value);
      if (!fault.success) throw problemOf(fault.error, "value");
      this.#feed.addFault(fault.data, index, time);
    } else this.#nemesis.add(op, index, time);
  }
}

/** What the fields beside f and value say. */
function setDetails(event: ImportedEvent, op: JepsenOperation): void {
  event.node = textOf(op.node);
  event.session = textOf(op.session);
  event.level = textOf(op.level);
  event.version = op.version;
  event.observed = op.observed;
  event.result = typeof op.result === "boolean" ? op.result : undefined;
  event.final = op.final === true;
  event.error =
    op.error === undefined && event.type > EVENT.ok && isKeyword(op.value)
      ? errorCode(op.value)
      : errorCode(op.error);
}

const isKeyword = (value: Json | undefined): boolean => typeof value === "string" && value.startsWith(":");

function textOf(value: Json | undefined): string | undefined {
  if (value === undefined || value === null) return undefined;
  return typeof value === "string" && value.startsWith(":") ? value.slice(1) : String(value);
}

function naturalOf(value: Json | undefined, field: string): number | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === "number" && Number.isInteger(value)) return value;
  throw new EventProblem(field, "an integer");
}

/** What an increment adds: 1 unless it says more. */
function deltaOf(value: Json | undefined, name: string): Json {
  const delta = value ?? 1;
  if (typeof delta !== "number") throw new EventProblem("value", "a number to count by");
  return COUNTS_DOWN.has(name) ? 0 - delta : delta;
}
