import { NEVER, NONE } from "#core/history";
import type { SequentialModel } from "./sequential-model.ts";

/** The operations on one object, in order of invocation, as columns: what a search puts in order. */
export interface Problem<State, Call> {
  readonly model: SequentialModel<State, Call>;
  readonly calls: readonly Call[];
  readonly length: number;
  /** Row of the history it came from. A row that did several things has several entries. */
  readonly row: Int32Array;
  readonly inv: Int32Array;
  /** NEVER: it may have taken effect at any time after its invocation, or never. */
  readonly ret: Int32Array;
  /** Index into `calls`. Entries of the same call are interchangeable, unless they come after others. */
  readonly call: Int32Array;
  /** The entry that must take effect first, whatever the intervals say, or NONE. Absent: intervals are all there is. */
  readonly after?: Int32Array;
}

/** Collects operations, interning equal calls. */
export class ProblemBuilder<State, Call> {
  readonly #model: SequentialModel<State, Call>;
  readonly #nameOf: (call: Call) => string | number;
  readonly #calls: Call[] = [];
  readonly #ids = new Map<string | number, number>();
  readonly #row: number[] = [];
  readonly #inv: number[] = [];
  readonly #ret: number[] = [];
  readonly #call: number[] = [];
  readonly #after: number[] = [];
  #hasSequences = false;

  /** `nameOf`: equal for equal calls only; default: JSON, for plain data. */
  constructor(model: SequentialModel<State, Call>, nameOf: (call: Call) => string | number = JSON.stringify) {
    this.#model = model;
    this.#nameOf = nameOf;
  }

  /** What one operation did one after the other, others perhaps in between. */
  addSequence(row: number, inv: number, ret: number, calls: readonly Call[]): void {
    calls.forEach((call, i) => this.add(row, inv, ret, call, i === 0 ? NONE : this.#row.length - 1));
    this.#hasSequences ||= calls.length > 1;
  }

  add(row: number, inv: number, ret: number, call: Call, after = NONE): void {
    const name = this.#nameOf(call);
    let id = this.#ids.get(name);
    if (id === undefined) {
      id = this.#calls.push(call) - 1;
      this.#ids.set(name, id);
    }
    this.#row.push(row);
    this.#inv.push(inv);
    this.#ret.push(ret);
    this.#call.push(id);
    this.#after.push(after);
  }

  build(): Problem<State, Call> {
    return {
      model: this.#model,
      calls: this.#calls,
      length: this.#row.length,
      row: new Int32Array(this.#row),
      inv: new Int32Array(this.#inv),
      ret: new Int32Array(this.#ret),
      call: new Int32Array(this.#call),
      ...(this.#hasSequences && { after: new Int32Array(this.#after) }),
    };
  }
}

/** The problem of these entries alone, which come in order. */
export function selectEntries<State, Call>(
  problem: Problem<State, Call>,
  entries: readonly number[],
): Problem<State, Call> {
  const taken = (column: Int32Array): Int32Array => {
    const part = new Int32Array(entries.length);
    for (let i = 0; i < entries.length; i++) part[i] = column[entries[i]!]!;
    return part;
  };
  return {
    model: problem.model,
    calls: problem.calls,
    length: entries.length,
    row: taken(problem.row),
    inv: taken(problem.inv),
    ret: taken(problem.ret),
    call: taken(problem.call),
    ...(problem.after !== undefined && { after: selectSequences(problem.after, entries) }),
  };
}

/** What must come first among these entries: of those left out it is what they come after themselves. */
function selectSequences(after: Int32Array, entries: readonly number[]): Int32Array {
  const position = new Map(entries.map((entry, i) => [entry, i]));
  return Int32Array.from(entries, (entry) => {
    let first = after[entry]!;
    while (first !== NONE && !position.has(first)) first = after[first]!;
    return position.get(first) ?? NONE;
  });
}

export const isOptional = ({ ret }: Problem<unknown, unknown>, entry: number): boolean =>
  ret[entry] === NEVER;
