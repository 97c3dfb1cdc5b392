import type { History } from "#core/history";
import type { Json } from "#core/json";
import type { ObjectSpec } from "#core/operation";
import { EVENT, EventProblem } from "#core/raw-event";
import { EventFeed, importedEvent, timelessHeaderOf } from "./event-feed.ts";

/** A step of a transaction: `["r", key, value]` or `["w", key, value]`. */
export type Step = readonly [f: string, key: string, value: number];
export type Transaction = readonly Step[];

/** Transactions of one session in its order, with its name. */
export interface SessionOfTransactions {
  readonly name: string;
  readonly transactions: Transaction[];
}

/**
 * Makes a history of transactions that are known by their sessions alone: the n-th of all sessions run at the same time.
 * An order between sessions was not recorded, and the history cannot but show one.
 */
export function historyOfSessions(
  source: string,
  sessions: readonly SessionOfTransactions[],
  objects: readonly ObjectSpec[],
  warnings: readonly string[],
): History {
  const feed = new EventFeed({ source, header: timelessHeaderOf(objects) });
  for (const warning of warnings) feed.warn(warning);
  feed.warn(
    "the file records sessions and no times: models that go by real time (linearizable, strict) mean nothing here",
  );
  const longest = sessions.reduce((most, { transactions }) => Math.max(most, transactions.length), 0);
  for (let round = 0; round < longest; round++) {
    for (const type of [EVENT.invoke, EVENT.ok]) {
      sessions.forEach(({ name, transactions }, process) => {
        const transaction = transactions[round];
        if (transaction === undefined) return;
        const steps = type === EVENT.ok ? transaction : asked(transaction);
        feed.add({ ...importedEvent(process, type, "txn", steps as Json), time: 0, session: name });
      });
    }
  }
  return feed.build();
}

/** Minds that no value is written to a key twice: these formats tell writes apart by their values. */
export class WrittenOnce {
  readonly #written = new Set<string>();

  /** @throws EventProblem */
  add(key: string, value: number): void {
    const before = this.#written.size;
    this.#written.add(`${key} ${value}`);
    if (this.#written.size === before) {
      throw new EventProblem(
        "value",
        `each value written once to a key, but ${value} was written to ${key} before`,
      );
    }
  }
}

/** What the client asked for: reads without what they read. */
const asked = (steps: Transaction): Json =>
  steps.map(([f, key, value]): Json => (f === "r" ? [f, key, null] : [f, key, value]));

/** All keys are registers whose writes are told apart by their values. */
export const uniqueRegisters = (initial: Json = null): ObjectSpec[] => [
  { keys: "*", type: "register", initial, order: "unknown", uniqueWrites: true, siblings: false },
];
