import { invocationLine, completionLine, faultLine, headerLine } from "#core/line";
import {
  type OperationErrorInfo,
  type FaultEvent,
  type HistoryHeader,
  type Invocation,
  type Reply,
} from "#core/operation";
import type { Runtime } from "#core/runtime";
import { MILLISECOND } from "#core/units";

/** Where the lines of a history go. */
export interface HistorySink {
  /** Hands the text to the operating system before it returns. @throws HarnessError `disk-full` */
  write(text: string): void;
}

/** Lines older than this are with the operating system, so that a killed harness loses at most that much. */
const FLUSH_INTERVAL = 20 * MILLISECOND;
const FLUSH_LENGTH = 1 << 16;

/**
 * Writes the history as the run goes. Line order is the order of events: an invocation is recorded before the request is
 * sent, a completion after the reply was read.
 */
export class Recorder {
  readonly #runtime: Runtime;
  readonly #sink: HistorySink;
  readonly #onFailure: (error: unknown) => void;
  #buffer = "";
  #index = 0;
  #cancelFlush: (() => void) | undefined;
  #failed = false;

  /** @param onFailure is told once if the sink fails; afterwards nothing more is written. */
  constructor(runtime: Runtime, sink: HistorySink, onFailure: (error: unknown) => void) {
    this.#runtime = runtime;
    this.#sink = sink;
    this.#onFailure = onFailure;
  }

  /** Events recorded so far. */
  get events(): number {
    return this.#index;
  }

  header(header: HistoryHeader): void {
    this.#write(headerLine(header));
    this.flush();
  }

  invoke(process: number, operation: Invocation): void {
    this.#write(invocationLine(this.#index++, this.#runtime.now(), process, operation));
  }

  complete(
    process: number,
    type: "ok" | "fail" | "info",
    operation: Invocation,
    reply?: Reply,
    error?: OperationErrorInfo,
  ): void {
    this.#write(completionLine(this.#index++, this.#runtime.now(), process, type, operation, reply, error));
  }

  fault(event: FaultEvent): void {
    this.#write(faultLine(this.#index++, this.#runtime.now(), event));
    this.flush();
  }

  flush(): void {
    this.#cancelFlush?.();
    this.#cancelFlush = undefined;
    if (this.#buffer === "" || this.#failed) return;
    const text = this.#buffer;
    this.#buffer = "";
    try {
      this.#sink.write(text);
    } catch (error) {
      this.#failed = true;
      this.#onFailure(error);
    }
  }

  #write(line: string): void {
    this.#buffer += line;
    if (this.#buffer.length >= FLUSH_LENGTH) this.flush();
    else if (!this.#runtime.virtual)
      this.#cancelFlush ??= this.#runtime.after(FLUSH_INTERVAL, () => this.flush());
  }
}
