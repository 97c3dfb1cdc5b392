import type { History } from "#core/history";
import type { Json } from "#core/json";
import { EventProblem } from "#core/raw-event";
import type { LineImporter } from "./text-lines.ts";
import {
  historyOfSessions,
  type SessionOfTransactions,
  type Step,
  uniqueRegisters,
  WrittenOnce,
} from "./sessions-text.ts";

const STEP = /^([rw])\((\d+),(-?\d+),(\d+),(\d+)\)$/;

/** Plume's text, which IsoVista writes too: `w(key,value,session,transaction)`, in the order of each session. */
export class PlumeText implements LineImporter {
  readonly #source: string;
  readonly #sessions = new Map<string, Map<string, Step[]>>();
  readonly #written = new WrittenOnce();
  readonly #keys = new Set<string>();
  readonly #warnings: string[] = [];

  constructor(source: string) {
    this.#source = source;
  }

  line(text: string): void {
    const line = text.replaceAll(/\s/g, "");
    if (line === "") return;
    const [, f, key, value, session, transaction] = STEP.exec(line) ?? [];
    if (f === undefined || key === undefined || session === undefined || transaction === undefined) {
      throw new EventProblem(undefined, "r(key,value,session,transaction) or w(…)");
    }
    if (f === "w") this.#written.add(key, Number(value));
    this.#keys.add(key);
    const transactions = getOrMake(this.#sessions, session, () => new Map<string, Step[]>());
    getOrMake(transactions, transaction, () => []).push([f, key, Number(value)]);
  }

  warn(warning: string): void {
    this.#warnings.push(warning);
  }

  build(): History {
    const initial = this.#takeInitial();
    const sessions = Array.from(
      this.#sessions,
      ([name, transactions]): SessionOfTransactions => ({ name, transactions: [...transactions.values()] }),
    );
    return historyOfSessions(this.#source, sessions, uniqueRegisters(initial), this.#warnings);
  }

  /** Session 0 with a single transaction that writes one value to all keys is no session but the initial state. */
  #takeInitial(): Json {
    const steps = [...(this.#sessions.get("0")?.values() ?? [])];
    const values = new Set(steps.flat().map(([f, , value]) => (f === "w" ? value : undefined)));
    const [initial] = values;
    const keys = new Set(steps.flat().map(([, key]) => key));
    if (keys.size !== this.#keys.size || steps.length !== 1 || values.size !== 1 || initial === undefined)
      return null;
    this.#sessions.delete("0");
    this.#warnings.push(`session 0 writes ${initial} to every key: taken for the initial values`);
    return initial;
  }
}

function getOrMake<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}
