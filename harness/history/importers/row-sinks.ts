import { badHistory } from "#core/errors";
import type { History } from "#core/history";
import { VALUE_AT_INVOCATION } from "#core/object-specs";
import { EVENT } from "#core/raw-event";
import { located } from "../history-reader.ts";
import type { EventFeed, ImportedEvent } from "./event-feed.ts";
import { eventOrder, isEnding, rowOfEvent } from "./event-order.ts";
import type { MappedRow } from "./mapped-row.ts";
import { SpareProcesses } from "./process-ids.ts";

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
  readonly #rows: MappedRow[] = [];
  /** The row that a process of the table began last. */
  readonly #last = new Map<number, number>();
  /** Numbers that rows run under, and those of them that are open. */
  #runAs = new Int32Array(0);
  readonly #open = new Set<number>();
  readonly #anonymous = new SpareProcesses(0);
  readonly #spares = new SpareProcesses();
  #squeezed = 0;

  constructor(feed: EventFeed, source: string) {
    this.#feed = feed;
    this.#source = source;
  }

  add(row: MappedRow): void {
    const { start, end, line } = row;
    if (start === undefined)
      throw badHistory({ file: this.#source, line, field: "start", expected: "a time" });
    if (end !== undefined && end < start) {
      throw badHistory({ file: this.#source, line, field: "end", expected: "a time not before the start" });
    }
    this.#rows.push(row);
  }

  build(): History {
    const rows = this.#rows;
    this.#runAs = new Int32Array(rows.length);
    const first = rows.reduce((least, { start }) => Math.min(least, start!), Number.POSITIVE_INFINITY);
    const order = eventOrder(
      rows.map(({ event, hasProcess, start, end }) => ({
        process: hasProcess ? event.process : undefined,
        start: start!,
        end,
      })),
    );
    for (const event of order) {
      const row = rowOfEvent(event);
      try {
        if (isEnding(event)) this.#end(row, first);
        else this.#begin(row, first);
      } catch (error) {
        throw located(error, this.#source, rows[row]!.line);
      }
    }
    if (this.#squeezed > 0) {
      this.#feed.warn(
        `${this.#squeezed} operations begin at the instant in which the one before them in their process ended, as did those of other processes: each was taken to overlap the one before; finer times would tell more`,
      );
    }
    return this.#feed.build();
  }

  #begin(row: number, first: number): void {
    const { event, start } = this.#rows[row]!;
    const process = this.#processFor(row);
    this.#runAs[row] = process;
    this.#open.add(process);
    const value = VALUE_AT_INVOCATION.has(event.f) ? event.value : null;
    this.#feed.add({ ...asked(event), process, value, time: start! - first });
  }

  #end(row: number, first: number): void {
    const { event, hasProcess, end } = this.#rows[row]!;
    const process = this.#runAs[row]!;
    this.#feed.add({ ...event, process, time: end! - first });
    this.#open.delete(process);
    if (!hasProcess) this.#anonymous.giveBack(process);
    else if (process !== event.process) this.#spares.giveBack(process);
  }

  /** The number to run under: that of the process, unless an operation of it is still open. */
  #processFor(row: number): number {
    const { event, hasProcess } = this.#rows[row]!;
    if (!hasProcess) return this.#anonymous.take();
    const last = this.#last.get(event.process);
    if (last !== undefined) this.#requireSequence(last, row);
    this.#last.set(event.process, row);
    return this.#open.has(event.process) ? this.#spares.take() : event.process;
  }

  #requireSequence(last: number, row: number): void {
    const { start, line } = this.#rows[row]!;
    const before = this.#rows[last]!;
    if (before.end === undefined) return;
    if (before.end > start!) {
      throw badHistory({
        file: this.#source,
        line,
        field: "process",
        expected: `the operation of line ${before.line}, of the same process, to end before this one starts; map the column to session if operations of a client overlap`,
      });
    }
    if (before.end === start && this.#open.has(this.#runAs[last]!)) this.#squeezed++;
  }
}

/** The invocation of a completion. */
const asked = (event: ImportedEvent): ImportedEvent => ({
  ...event,
  type: EVENT.invoke,
  version: undefined,
  observed: undefined,
  result: undefined,
  error: undefined,
});
