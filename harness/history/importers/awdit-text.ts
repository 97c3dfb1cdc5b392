import type { History } from "#core/history";
import { EventProblem } from "#core/raw-event";
import type { LineImporter } from "./text-lines.ts";
import {
  historyOfSessions,
  type SessionOfTransactions,
  type Step,
  uniqueRegisters,
  WrittenOnce,
} from "./sessions-text.ts";

const STEP = /^([rw]) (\d+) (-?\d+)$/;
const END_OF_TRANSACTION = /^-{3,}$/;
const END_OF_SESSION = /^={3,}$/;

/** AWDIT's text: `r key value`, `w key value`; `-----` ends a transaction, `=====` a session. */
export class AwditText implements LineImporter {
  readonly #source: string;
  readonly #sessions: SessionOfTransactions[] = [];
  readonly #written = new WrittenOnce();
  readonly #warnings: string[] = [];
  #session: Step[][] = [];
  #steps: Step[] = [];

  constructor(source: string) {
    this.#source = source;
  }

  line(text: string): void {
    const line = text.trim();
    const [, f, key, value] = STEP.exec(line) ?? [];
    if (f !== undefined && key !== undefined) this.#step(f, key, Number(value));
    else if (END_OF_TRANSACTION.test(line)) this.#endTransaction();
    else if (END_OF_SESSION.test(line)) this.#endSession();
    else if (line !== "") throw new EventProblem(undefined, "r key value, w key value, ----- or =====");
  }

  #step(f: string, key: string, value: number): void {
    if (f === "w") this.#written.add(key, value);
    this.#steps.push([f, key, value]);
  }

  warn(warning: string): void {
    this.#warnings.push(warning);
  }

  build(): History {
    this.#endSession();
    return historyOfSessions(this.#source, this.#sessions, uniqueRegisters(), this.#warnings);
  }

  #endTransaction(): void {
    if (this.#steps.length > 0) this.#session.push(this.#steps);
    this.#steps = [];
  }

  #endSession(): void {
    this.#endTransaction();
    if (this.#session.length > 0) {
      this.#sessions.push({ name: String(this.#sessions.length), transactions: this.#session });
    }
    this.#session = [];
  }
}
