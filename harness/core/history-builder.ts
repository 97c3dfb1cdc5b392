import { FLAG, type History, NEVER, NONE, STATUS } from "./history.ts";
import type { Json } from "./json.ts";
import { inferredSpec, KEYLESS, SpecMatcher, TYPE_OF_FUNCTION, VALUE_AT_INVOCATION } from "./object-specs.ts";
import { FUNCTIONS } from "./functions.ts";
import {
  HISTORY_FORMAT,
  type HistoryHeader,
  type ObjectSpec,
  type ObjectType,
  type TimedFaultEvent,
} from "./operation.ts";
import { EVENT, EventProblem, type RawEvent, type RawValue, VALUE } from "./raw-event.ts";
import { refuseMixedTypes } from "./mixed-types.ts";
import { ProcessColumn } from "./process-column.ts";
import { elementsIn, LIST_TYPES } from "./read-elements.ts";
import { RowColumns } from "./row-columns.ts";
import { settleTypes } from "./settle-types.ts";
import { StringTable } from "./string-table.ts";
import { TableHistory } from "./table-history.ts";
import { ValueTable } from "./value-table.ts";

const READ = FUNCTIONS.indexOf("read");
const WRITE = FUNCTIONS.indexOf("write");
const DELETE = FUNCTIONS.indexOf("delete");
const CAS = FUNCTIONS.indexOf("cas");
const TXN = FUNCTIONS.indexOf("txn");
const GENERATE = FUNCTIONS.indexOf("generate");
const AT_INVOCATION = Uint8Array.from(FUNCTIONS, (f) => (VALUE_AT_INVOCATION.has(f) ? 1 : 0));
const KEYED = Uint8Array.from(FUNCTIONS, (f) => (KEYLESS.has(f) ? 0 : 1));

export interface BuilderOptions {
  readonly source: string;
  /** Absent: object types are inferred. */
  readonly header?: HistoryHeader | undefined;
  /** Operations expected: columns of this size are made at once. */
  readonly capacity?: number | undefined;
}

/**
 * Pairs events to operations and fills the columns. Codecs and importers feed it events in the order of the history;
 * whatever cannot be is an `EventProblem`.
 */
export class HistoryBuilder {
  readonly sessions = new StringTable();
  readonly nodes = new StringTable();
  readonly levels = new StringTable();
  readonly errorCodes = new StringTable();
  readonly #options: BuilderOptions;
  readonly #matcher: SpecMatcher | undefined;
  readonly #keys = new StringTable();
  /** By key id: the header's entry, or undefined: to be inferred. */
  readonly #specs: (ObjectSpec | undefined)[] = [];
  readonly #inferred: (ObjectType | undefined)[] = [];
  readonly #values = new ValueTable();
  readonly #rows: RowColumns;
  readonly #openRow = new ProcessColumn();
  readonly #sessionOf = new ProcessColumn();
  readonly #faults: TimedFaultEvent[] = [];
  readonly #warnings: string[] = [];
  #events = 0;
  #lastIndex = -1;
  #lastTime = 0;

  constructor(options: BuilderOptions) {
    this.#options = options;
    this.#matcher = options.header && new SpecMatcher(options.header);
    this.#rows = new RowColumns(options.capacity ?? 1024);
    for (const node of options.header?.nodes ?? []) this.nodes.intern(node);
  }

  get events(): number {
    return this.#events;
  }

  internKey(name: string): number {
    const id = this.#keys.intern(name);
    if (id === this.#specs.length) {
      this.#specs.push(this.#matcher?.match(name));
      this.#inferred.push(undefined);
    }
    return id;
  }

  warn(warning: string): void {
    this.#warnings.push(warning);
  }

  /** An event of a client. @throws EventProblem */
  add(event: RawEvent): void {
    this.#advance(event.index, event.time);
    if (event.process < 0 || event.process >= NEVER) {
      throw new EventProblem("process", 'an integer from 0 to 2147483646, or "nemesis"');
    }
    if (event.type === EVENT.invoke) this.#invoke(event);
    else this.#complete(event);
  }

  /** A fault's change of phase. @throws EventProblem */
  addFault(fault: TimedFaultEvent): void {
    this.#advance(fault.index, fault.time);
    this.#faults.push(fault);
  }

  /** An event that no checker looks at but which takes its place in the order. @throws EventProblem */
  skip(index: number, time: number): void {
    this.#advance(index, time);
  }

  /** @throws HarnessError `bad-history` if values that were read differ from those written in their type alone. */
  build(): History {
    this.#settleArrays();
    settleTypes(this.#rows, this.#values, { specs: this.#specs, inferred: this.#inferred });
    refuseMixedTypes(this.#options.source, this.#rows, this.#values, this.#keys.names);
    const specs = this.#specs.map(
      (spec, key) => spec ?? inferredSpec(this.#inferred[key] ?? "register", this.#keys.names[key]),
    );
    this.#values.seal();
    return new TableHistory(this.#rows.columns(), {
      source: this.#options.source,
      header: this.#options.header ?? inferredHeader(specs),
      headerGiven: this.#options.header !== undefined,
      events: this.#events,
      keys: this.#keys.names,
      sessionNames: this.sessions.names,
      nodeNames: this.nodes.names,
      errorCodes: this.errorCodes.names,
      levels: this.levels.names,
      faults: this.#faults,
      warnings: [...this.#warnings, ...this.#inferenceWarnings(specs)],
      values: this.#values,
      specs,
      listStart: this.#rows.listStart(),
      elements: this.#rows.elements(),
      versions: this.#rows.versions,
    });
  }

  #advance(index: number, time: number): void {
    if (index <= this.#lastIndex || index >= NEVER) {
      throw new EventProblem(
        "index",
        `an integer above ${this.#lastIndex}, the index before it (line order is the order)`,
      );
    }
    if (time < this.#lastTime) {
      throw new EventProblem(
        "time",
        `at least ${this.#lastTime}, the time before it: times never go back in a history, they come from one monotonic clock`,
      );
    }
    this.#lastIndex = index;
    this.#lastTime = time;
    this.#events++;
  }

  #invoke(event: RawEvent): void {
    const open = this.#openRow.get(event.process);
    if (open !== NONE) {
      throw new EventProblem(
        "process",
        `a completion of the operation that process ${event.process} invoked at index ${this.#rows.invRank[open]} before it invokes another`,
      );
    }
    const key = event.key === NONE && KEYED[event.f] === 1 ? this.internKey("") : event.key;
    const row = this.#rows.append();
    this.#openRow.set(event.process, row);
    const rows = this.#rows;
    rows.f[row] = event.f;
    rows.process[row] = event.process;
    rows.session[row] = event.session === NONE ? this.#defaultSession(event.process) : event.session;
    rows.node[row] = event.node;
    rows.key[row] = key;
    rows.invRank[row] = event.index;
    rows.invTime[row] = event.time;
    if (event.final) rows.flags[row] = FLAG.final;
    if (event.level !== NONE) rows.setLevel(row, event.level);
    if (AT_INVOCATION[event.f] === 1) this.#written(row, key, event);
    if (key !== NONE && this.#specs[key] === undefined) this.#infer(key, event.f);
  }

  #written(row: number, key: number, event: RawEvent): void {
    if (event.f === CAS) {
      this.#compareAndSet(row, key, event.value);
    } else if (event.f !== DELETE) {
      const { kind } = event.value;
      if (kind === VALUE.absent) throw new EventProblem("value", "the value of the operation");
      if (kind === VALUE.null && event.f !== WRITE)
        throw new EventProblem("value", "a value other than null");
      this.#rows.value[row] = this.#intern(key, event.value);
    }
  }

  #compareAndSet(row: number, key: number, value: RawValue): void {
    const pair = value.toJson();
    if (!Array.isArray(pair) || pair.length !== 2) {
      throw new EventProblem("value", "an array of the expected and the new value");
    }
    this.#rows.setExpected(row, this.#values.intern(key, pair[0] as Json));
    this.#rows.value[row] = this.#values.intern(key, pair[1] as Json);
  }

  #complete(event: RawEvent): void {
    const row = this.#openRow.get(event.process);
    if (row === NONE) {
      throw new EventProblem("process", `an invocation of process ${event.process} before its completion`);
    }
    const rows = this.#rows;
    if (rows.f[row] !== event.f) {
      throw new EventProblem("f", `"${FUNCTIONS[rows.f[row]!]}", which process ${event.process} had invoked`);
    }
    this.#openRow.set(event.process, NONE);
    rows.retTime[row] = event.time;
    if (event.type !== EVENT.info) rows.retRank[row] = event.index;
    rows.status[row] =
      event.type === EVENT.ok ? STATUS.ok : event.type === EVENT.fail ? STATUS.fail : STATUS.info;
    if (event.node !== NONE) rows.node[row] = event.node;
    if (event.error !== NONE) rows.error[row] = event.error;
    if (event.final) rows.flags[row]! |= FLAG.final;
    if (event.type === EVENT.ok) this.#succeeded(row, event);
  }

  #succeeded(row: number, event: RawEvent): void {
    const rows = this.#rows;
    const key = rows.key[row]!;
    if (event.result !== -1) rows.flags[row]! |= event.result === 1 ? FLAG.resultTrue : FLAG.resultFalse;
    const { version } = event;
    if (version.kind === VALUE.number) rows.setVersion(row, version.number);
    else if (version.kind !== VALUE.absent) rows.versions.set(event.index, version.toJson() ?? null);
    const { observed } = event;
    if (observed.kind !== VALUE.absent) rows.setObserved(row, this.#intern(key, observed));
    // Only the completion of a transaction tells what it read.
    if (event.f === TXN && event.value.kind !== VALUE.absent)
      rows.value[row] = this.#intern(key, event.value);
    if (AT_INVOCATION[event.f] === 1) return;
    if (event.value.kind === VALUE.absent && event.f === READ) {
      throw new EventProblem("value", "the value that was read (null: never written)");
    }
    // An id is one value, also one that is an array.
    if (event.f === GENERATE) rows.value[row] = this.#intern(key, event.value);
    else this.#returned(row, key, event.value);
  }

  #returned(row: number, key: number, value: RawValue): void {
    const spec = key === NONE ? undefined : this.#specs[key];
    if (value.kind === VALUE.absent || value.kind === VALUE.null) return;
    const elements = elementsIn(value, spec);
    if (elements === undefined) {
      if (spec !== undefined && LIST_TYPES.has(spec.type) && this.#rows.f[row] === READ) {
        throw new EventProblem(
          "value",
          `an array: the header says that the key "${this.#keys.names[key]}" holds a ${spec.type}`,
        );
      }
      this.#rows.value[row] = this.#intern(key, value);
      return;
    }
    this.#rows.flags[row]! |= FLAG.list;
    this.#rows.beginList(row);
    if (elements === "numbers") {
      for (let i = 0; i < value.count; i++) {
        this.#rows.pushElement(this.#values.internNumber(key, value.numbers[i]!));
      }
    } else {
      for (const element of elements) {
        if (element === null) throw new EventProblem("value", "elements other than null");
        this.#rows.pushElement(this.#values.intern(key, element));
      }
    }
  }

  #intern(key: number, value: RawValue): number {
    if (value.kind === VALUE.number) return this.#values.internNumber(key, value.number);
    return this.#values.intern(key, value.toJson() ?? null);
  }

  #defaultSession(process: number): number {
    let session = this.#sessionOf.get(process);
    if (session === NONE) {
      session = this.sessions.intern(String(process));
      this.#sessionOf.set(process, session);
    }
    return session;
  }

  #infer(key: number, f: number): void {
    this.#inferred[key] ??= TYPE_OF_FUNCTION[FUNCTIONS[f]!];
  }

  /** Arrays read from keys without a header were taken as elements; from registers they are plain values after all. */
  #settleArrays(): void {
    const rows = this.#rows;
    if (!rows.hasLists) return;
    for (let row = 0; row < rows.length; row++) {
      const key = rows.key[row]!;
      if ((rows.flags[row]! & FLAG.list) === 0 || key === NONE || this.#specs[key] !== undefined) continue;
      if (this.#inferred[key] !== "register") {
        this.#inferred[key] ??= "set";
        continue;
      }
      const value = Array.from(rows.listOf(row), (id) => this.#values.valueOf(id));
      rows.value[row] = this.#values.intern(key, value);
      rows.flags[row]! &= ~FLAG.list;
      rows.dropList(row);
    }
  }

  #inferenceWarnings(specs: readonly ObjectSpec[]): string[] {
    const guessed = specs.filter((_, key) => this.#specs[key] === undefined);
    if (guessed.length === 0) return [];
    const types = [...new Set(guessed.map((spec) => spec.type))].join(", ");
    const why =
      this.#options.header === undefined
        ? "the history has no header"
        : `no header entry matches ${guessed.length} of its keys (first: "${guessed[0]!.keys}")`;
    return [
      `${why}: object types were inferred from the operations (${types}), the version order is unknown`,
    ];
  }
}

/** One entry when all keys hold the same; else none: `objectOf` tells of each key. */
function inferredHeader(specs: readonly ObjectSpec[]): HistoryHeader {
  const types = new Set(specs.map((spec) => spec.type));
  return {
    riftcheck: HISTORY_FORMAT,
    objects: types.size === 1 ? [...types].map((type) => inferredSpec(type)) : [],
  };
}
