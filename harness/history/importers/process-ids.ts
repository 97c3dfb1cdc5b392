import { EventProblem } from "#core/raw-event";

/** Where processes are numbers, those with a name are numbered from here. */
const NAMED = 1_000_000_000;
/** Stand-ins for processes that are busy are numbered from here. */
const SPARE = 1_500_000_000;

/** Numbers of processes. A table that calls its first process by a name calls all so: they are numbered from 0. */
export class ProcessIds {
  readonly #ids = new Map<string, number>();
  #namedFrom: number | undefined;

  /** @throws EventProblem */
  of(text: string): number {
    let id = this.#ids.get(text);
    if (id === undefined) {
      const isNumber = /^\d{1,10}$/.test(text);
      this.#namedFrom ??= isNumber ? NAMED : 0;
      id = isNumber && this.#namedFrom === NAMED ? Number(text) : this.#namedFrom + this.#ids.size;
      if (id >= SPARE) throw new EventProblem("process", `a name, or a number below ${NAMED}`);
      this.#ids.set(text, id);
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
