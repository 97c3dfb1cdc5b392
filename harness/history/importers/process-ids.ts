import { EventProblem } from "#core/raw-event";

/** Processes with a name are numbered from here. */
const NAMED = 1_000_000_000;
/** Stand-ins for processes that are busy are numbered from here. */
const SPARE = 1_500_000_000;

/** Numbers of processes, which tables may call by names. */
export class ProcessIds {
  readonly #named = new Map<string, number>();

  /** @throws EventProblem */
  of(text: string): number {
    let id = this.#named.get(text);
    if (id === undefined) {
      id = /^\d{1,10}$/.test(text) ? Number(text) : NAMED + this.#named.size;
      if (id >= SPARE) throw new EventProblem("process", `a name, or a number below ${NAMED}`);
      this.#named.set(text, id);
    }
    return id;
  }
}

/** Numbers of processes that no table names. */
export class SpareProcesses {
  readonly #free: number[] = [];
  readonly #from: number;
  #made = 0;

  constructor(from = SPARE) {
    this.#from = from;
  }

  take(): number {
    return this.#free.pop() ?? this.#from + this.#made++;
  }

  giveBack(id: number): void {
    this.#free.push(id);
  }
}
