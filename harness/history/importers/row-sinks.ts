import { badHistory } from "#core/errors";
import { type History, NONE } from "#core/history";
import { VALUE_AT_INVOCATION } from "#core/object-specs";
import { EVENT } from "#core/raw-event";
import { located } from "../history-reader.ts";
import { type EventFeed, importedEvent } from "./event-feed.ts";
import { eventOrder, isEnding, rowOfEvent } from "./event-order.ts";
import type { MappedRow } from "./mapped-row.ts";
import { SpareProcesses } from "./process-ids.ts";
import { RowStore } from "./row-store.ts";

/** What becomes of the rows of a table. */
export interface RowSink {
  /** @throws EventProblem */
  add(row: MappedRow): void;
  /** @throws HarnessError `bad-history` */
  build(): History;
}

/** Rows that are events, in the order of the history. */
export class EventRows implements RowSink {
  readonly #feed: EventFeed;

  constructor(feed: EventFeed) {
    this.#feed = feed;
  }

  add({ event }: MappedRow): void {
    if (event.type === EVENT.invoke && !VALUE_AT_INVOCATION.has(event.f)) event.value = null;
    this.#feed.add(event);
  }

  build(): History {
    return this.#feed.build();
  }
}

/** Rows that are whole operations, in any order: their events are put in order of time once all are known. */
export class OperationRows implements RowSink {
  readonly #feed: EventFeed;
  readonly #source: string;
  readonly #rows: RowStore;
  readonly #event = importedEvent(0, EVENT.invoke, "read", null);
  /** The row that a process of the table began last. */
  readonly #last = new Map<number, number>();
  /** Numbers that rows run under, and those of them that are open. */
  #runAs = new Int32Array(0);
  readonly #open = new Set<number>();
  readonly #anonymous = new SpareProcesses(0);
  readonly #spares = new SpareProcesses();
  #squeezed = 0;
  #first = Number.POSITIVE_INFINITY;

  constructor(feed: EventFeed, source: string, capacity: number) {
    this.#feed = feed;
    this.#source = source;
    this.#rows = new RowStore(capacity);
  }

  add(row: MappedRow): void {
    const { start, end, line } = row;
    if (start === undefined)
      throw badHistory({ file: this.#source, line, field: "start", expected: "a time" });
    if (end !== undefined && end < start) {
      throw badHistory({ file: this.#source, line, field: "end", expected: "a time not before the start" });
    }
    this.#first = Math.min(this.#first, start);
    this.#rows.add(row, start);
  }

  build(): History {
    this.#runAs = new Int32Array(this.#rows.length);
    for (const event of eventOrder(this.#rows)) {
      const row = rowOfEvent(event);
      try {
        if (isEnding(event)) this.#end(row);
        else this.#begin(row);
      } catch (error) {
        throw located(error, this.#source, this.#rows.line[row]!);
      }
    }
    if (this.#squeezed > 0) {
      this.#feed.warn(
        `${this.#squeezed} operations begin at the instant in which the one before them in their process ended, as did those of other processes: each was taken to overlap the one before; finer times would tell more`,
      );
    }
    return this.#feed.build();
  }

  #begin(row: number): void {
    const process = this.#processFor(row);
    this.#runAs[row] = process;
    this.#open.add(process);
    const event = this.#event;
    this.#rows.load(row, event);
    event.process = process;
    event.time = this.#rows.start[row]! - this.#first;
    event.type = EVENT.invoke;
    if (!VALUE_AT_INVOCATION.has(event.f)) event.value = null;
    event.version = event.observed = event.result = event.error = undefined;
    this.#feed.add(event);
  }

  #end(row: number): void {
    const process = this.#runAs[row]!;
    const event = this.#event;
    this.#rows.load(row, event);
    event.process = process;
    event.time = this.#rows.end[row]! - this.#first;
    this.#feed.add(event);
    this.#open.delete(process);
    const named = this.#rows.process[row]!;
    if (named === NONE) this.#anonymous.giveBack(process);
    else if (process !== named) this.#spares.giveBack(process);
  }

  /** The number to run under: that of the process, unless an operation of it is still open. */
  #processFor(row: number): number {
    const named = this.#rows.process[row]!;
    if (named === NONE) return this.#anonymous.take();
    const last = this.#last.get(named);
    if (last !== undefined) this.#requireSequence(last, row);
    this.#last.set(named, row);
    return this.#open.has(named) ? this.#spares.take() : named;
  }

  #requireSequence(last: number, row: number): void {
    const { start, end, line } = this.#rows;
    // NaN, never ended, is in nobody's way.
    if (end[last]! > start[row]!) {
      throw badHistory({
        file: this.#source,
        line: line[row]!,
        field: "process",
        expected: `the operation of line ${line[last]}, of the same process, to end before this one starts; map the column to session if operations of a client overlap`,
      });
    }
    if (end[last] === start[row] && this.#open.has(this.#runAs[last]!)) this.#squeezed++;
  }
}
