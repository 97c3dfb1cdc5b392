import type { SequentialModel } from "./sequential-model.ts";

/** What `next` gives where the object could not have answered so. */
export const IMPOSSIBLE = -1;
const NOT_TRIED = -2;
/** With more calls than this, steps are computed each time: a table of them would be mostly empty. */
const MAX_TABLE_CALLS = 512;

/** The states of a model as dense ids, and the steps between them, found as they are asked for. */
export class StateTable<State, Call> {
  readonly #model: SequentialModel<State, Call>;
  readonly #calls: readonly Call[];
  readonly #states: State[] = [];
  readonly #ids = new Map<string | number, number>();
  readonly #next: Int32Array[] = [];
  #size = 0;

  constructor(model: SequentialModel<State, Call>, calls: readonly Call[]) {
    this.#model = model;
    this.#calls = calls;
    this.#intern(model.initial);
  }

  /** Room taken, in numbers of four bytes or so. */
  get size(): number {
    return this.#size;
  }

  stateOf(id: number): State {
    return this.#states[id]!;
  }

  /** The state after a call, or IMPOSSIBLE. The initial state is 0. */
  next(state: number, call: number): number {
    if (this.#calls.length > MAX_TABLE_CALLS) return this.#step(state, call);
    const row = (this.#next[state] ??= this.#newRow());
    const known = row[call]!;
    if (known !== NOT_TRIED) return known;
    return (row[call] = this.#step(state, call));
  }

  #step(state: number, call: number): number {
    const before = this.#states[state]!;
    const after = this.#model.step(before, this.#calls[call]!);
    if (after === undefined) return IMPOSSIBLE;
    return after === before ? state : this.#intern(after);
  }

  #intern(state: State): number {
    const key = this.#model.keyOf(state);
    let id = this.#ids.get(key);
    if (id === undefined) {
      id = this.#states.push(state) - 1;
      this.#ids.set(key, id);
      // Besides the state: its key, the entry of the map and the object behind it.
      this.#size += 2 * this.#model.sizeOf(state) + 24;
    }
    return id;
  }

  #newRow(): Int32Array {
    this.#size += this.#calls.length;
    return new Int32Array(this.#calls.length).fill(NOT_TRIED);
  }
}
