import type { Budget } from "#core/budget";
import { NEVER, NONE } from "#core/history";
import { EntryList } from "./entry-list.ts";
import { LinearizedSet, mixed } from "./linearized-set.ts";
import { Memo } from "./memo.ts";
import type { Problem } from "./problem.ts";
import { IMPOSSIBLE, StateTable } from "./state-table.ts";

/** Numbers of four bytes that situations and states may take for one object: 256 MB. */
const MAX_ROOM = 1 << 26;

/** The longest order is remembered for problems up to this size: those that a person can follow. */
const MAX_TOLD = 1_000;

export interface SearchLimits {
  /** Situations to look at before giving up. */
  readonly steps: number;
  /** Numbers of four bytes that may be kept. */
  readonly room: number;
}
export const DEFAULT_LIMITS: SearchLimits = { steps: Number.POSITIVE_INFINITY, room: MAX_ROOM };

export type Outcome<State> =
  | { readonly verdict: "linearizable"; readonly steps: number }
  | {
      readonly verdict: "impossible";
      readonly steps: number;
      /** The latest entry whose return no order gets past. */
      readonly stuckAt: number;
      /** Entries of the longest order found up to there, and the state it leaves; only of small problems. */
      readonly longest: readonly number[];
      readonly state: State;
    }
  | { readonly verdict: "gave-up"; readonly steps: number; readonly reason: string };

/**
 * Looks for an order of the entries in which each takes effect inside its interval and the model answers as recorded. Exact
 * where it ends; it gives up only at its limits. Source: Wing and Gong 1993, with the memory of Lowe 2017, and three
 * reductions that keep some order if there is one: an observation is put in order as soon as it fits; what need not
 * take effect is skipped where it would change nothing; and of equal calls that need not take effect the oldest comes first.
 * @throws BudgetExceeded
 */
export function search<State, Call>(
  problem: Problem<State, Call>,
  budget: Budget,
  limits: SearchLimits = DEFAULT_LIMITS,
): Outcome<State> {
  return new Search(problem, budget, limits).run();
}

class Search<State, Call> {
  readonly #problem: Problem<State, Call>;
  readonly #budget: Budget;
  readonly #limits: SearchLimits;
  readonly #list: EntryList;
  readonly #set: LinearizedSet;
  readonly #memo: Memo;
  readonly #states: StateTable<State, Call>;
  readonly #isOptional: Uint8Array;
  readonly #isObservation: Uint8Array;
  /** The entry of the same call before an optional one, or NONE. */
  readonly #elder: Int32Array;
  readonly #situation: number[] = [];
  #state = 0;
  #steps = 0;
  /** Entries that must take effect and are not in order yet. */
  #pending: number;
  /** The order so far, and what each step has to restore. */
  readonly #order: Int32Array;
  readonly #wasForced: Uint8Array;
  readonly #stateBefore: Int32Array;
  readonly #baseBefore: Int32Array;
  readonly #highestBefore: Int32Array;
  #depth = 0;
  #stuckAt = NONE;
  #longest: Int32Array = new Int32Array(0);
  #stateThere = 0;

  constructor(problem: Problem<State, Call>, budget: Budget, limits: SearchLimits) {
    const { length, ret } = problem;
    this.#problem = problem;
    this.#budget = budget;
    this.#limits = limits;
    this.#memo = new Memo(budget);
    this.#list = new EntryList(problem);
    this.#set = new LinearizedSet(problem);
    this.#states = new StateTable(problem.model, problem.calls);
    this.#isOptional = new Uint8Array(length);
    this.#isObservation = observationsOf(problem);
    this.#elder = eldersOf(problem);
    this.#pending = length;
    for (let entry = 0; entry < length; entry++) {
      if (ret[entry] !== NEVER) continue;
      this.#isOptional[entry] = 1;
      this.#pending--;
    }
    this.#order = new Int32Array(length);
    this.#wasForced = new Uint8Array(length);
    this.#stateBefore = new Int32Array(length);
    this.#baseBefore = new Int32Array(length);
    this.#highestBefore = new Int32Array(length);
  }

  run(): Outcome<State> {
    this.#settle();
    let node = this.#list.first;
    while (this.#pending > 0) {
      this.#budget.tick();
      this.#steps++;
      if (this.#list.isInvocation(node)) {
        node = this.#try(node) ? this.#list.first : this.#list.after(node);
        if (this.#steps > this.#limits.steps) return this.#gaveUp("too many orders to try");
        if (this.#memo.size + this.#states.size > this.#limits.room) {
          return this.#gaveUp("too many different situations to keep in memory");
        }
      } else {
        this.#noteStuck(node - this.#problem.length);
        const undone = this.#back();
        if (undone === NONE) return this.#impossible();
        node = this.#list.after(undone);
      }
    }
    return { verdict: "linearizable", steps: this.#steps };
  }

  /** Puts an entry next in the order, unless that leads nowhere or to where the search has been. */
  #try(entry: number): boolean {
    const elder = this.#elder[entry]!;
    if ((elder !== NONE && !this.#set.has(elder)) || !this.#isItsTurn(entry)) return false;
    const next = this.#states.next(this.#state, this.#problem.call[entry]!);
    if (next === IMPOSSIBLE || (next === this.#state && this.#isOptional[entry] === 1)) return false;
    this.#push(entry, next, 0);
    this.#settle();
    this.#situation[0] = this.#state;
    const length = this.#set.write(this.#situation, 1);
    if (this.#memo.add(this.#set.hash ^ mixed(~this.#state), this.#situation, length)) return true;
    this.#back();
    return false;
  }

  /** Observations that fit now may as well come now: they stand in nobody's way. */
  #settle(): void {
    let node = this.#list.first;
    while (this.#list.isInvocation(node)) {
      if (
        this.#isObservation[node] === 1 &&
        this.#isItsTurn(node) &&
        this.#states.next(this.#state, this.#problem.call[node]!) === this.#state
      ) {
        this.#push(node, this.#state, 1);
      }
      node = this.#list.after(node);
    }
  }

  #isItsTurn(entry: number): boolean {
    const first = this.#problem.after?.[entry] ?? NONE;
    return first === NONE || this.#set.has(first);
  }

  #push(entry: number, next: number, forced: number): void {
    const depth = this.#depth++;
    this.#order[depth] = entry;
    this.#wasForced[depth] = forced;
    this.#stateBefore[depth] = this.#state;
    this.#baseBefore[depth] = this.#set.base;
    this.#highestBefore[depth] = this.#set.highest;
    const isRequired = this.#isOptional[entry] === 0;
    this.#set.add(entry);
    this.#list.lift(entry, isRequired);
    if (isRequired) this.#pending--;
    this.#state = next;
  }

  /** Undoes the latest choice and what followed from it. @returns the entry chosen, or NONE */
  #back(): number {
    while (this.#depth > 0) {
      const depth = --this.#depth;
      const entry = this.#order[depth]!;
      const isRequired = this.#isOptional[entry] === 0;
      this.#list.unlift(entry, isRequired);
      this.#set.remove(entry, this.#baseBefore[depth]!, this.#highestBefore[depth]!);
      if (isRequired) this.#pending++;
      this.#state = this.#stateBefore[depth]!;
      if (this.#wasForced[depth] === 0) return entry;
    }
    return NONE;
  }

  #noteStuck(entry: number): void {
    const { ret } = this.#problem;
    const isLater = this.#stuckAt === NONE || ret[entry]! > ret[this.#stuckAt]!;
    if (!isLater && (entry !== this.#stuckAt || this.#depth <= this.#longest.length)) return;
    this.#stuckAt = entry;
    if (this.#problem.length > MAX_TOLD) return;
    this.#longest = this.#order.slice(0, this.#depth);
    this.#stateThere = this.#state;
  }

  #impossible(): Outcome<State> {
    return {
      verdict: "impossible",
      steps: this.#steps,
      stuckAt: this.#stuckAt,
      longest: [...this.#longest],
      state: this.#states.stateOf(this.#stateThere),
    };
  }

  #gaveUp(reason: string): Outcome<State> {
    return { verdict: "gave-up", steps: this.#steps, reason };
  }
}

/** Of each entry, whether its call only tells of the state. */
function observationsOf<State, Call>({ model, length, call, calls }: Problem<State, Call>): Uint8Array {
  const isObservation = new Uint8Array(length);
  for (let entry = 0; entry < length; entry++)
    isObservation[entry] = model.isObservation(calls[call[entry]!]!) ? 1 : 0;
  return isObservation;
}

function eldersOf({ length, ret, call }: Problem<unknown, unknown>): Int32Array {
  const elder = new Int32Array(length).fill(NONE);
  const latest = new Map<number, number>();
  for (let entry = 0; entry < length; entry++) {
    if (ret[entry] !== NEVER) continue;
    elder[entry] = latest.get(call[entry]!) ?? NONE;
    latest.set(call[entry]!, entry);
  }
  return elder;
}
