import { type Budget, BudgetExceeded } from "#core/budget";
import { NEVER } from "#core/history";
import type { Needs, ObjectKind, Role } from "./object-kind.ts";
import { type Problem, selectEntries } from "./problem.ts";
import { DEFAULT_LIMITS, search } from "./search.ts";

/** Situations that all searches for a smaller witness may look at together. */
const MAX_STEPS = 2_000_000;
/** How many may be looked at for one part that ends where the search got stuck, however soon that was. */
const LEAST_STEPS = 1_000;
/** Larger witnesses are not looked through update by update. */
const MAX_PRUNED = 400;
/** So often the end of the part that is looked at first is moved; then it is the whole. */
const MAX_ROUNDS = 20;

/**
 * A small part of a problem that no order explains either: delta debugging (Zeller and Hildebrandt 2002) over the operations
 * that saw something, each time with all the updates they need. What is left out cannot explain the rest, so the whole
 * problem is impossible because this part is. `found`: what the search of the whole said.
 */
export function smallWitness<State, Call>(
  kind: ObjectKind<State, Call>,
  problem: Problem<State, Call>,
  found: { readonly stuckAt: number; readonly steps: number },
  budget: Budget,
): readonly number[] {
  const shrinker = new Shrinker(kind, problem, budget);
  try {
    shrinker.shrink(found);
    shrinker.prune();
  } catch (error) {
    // What was proved so far stands; it is only larger than it need be.
    if (!(error instanceof BudgetExceeded)) throw error;
  }
  return shrinker.best;
}

class Shrinker<State, Call> {
  best: readonly number[];
  readonly #kind: ObjectKind<State, Call>;
  readonly #problem: Problem<State, Call>;
  readonly #budget: Budget;
  #steps = 0;

  constructor(kind: ObjectKind<State, Call>, problem: Problem<State, Call>, budget: Budget) {
    this.#kind = kind;
    this.#problem = problem;
    this.#budget = budget;
    this.best = [...problem.row.keys()];
  }

  /**
   * `stuckAt`: where the search got stuck, after so many steps. What was invoked before that returned is impossible by itself,
   * without what saw something and returned only later: that may have seen what was invoked later too.
   */
  shrink({ stuckAt, steps }: { readonly stuckAt: number; readonly steps: number }): void {
    const { ret } = this.#problem;
    const limit = ret[stuckAt]!;
    // Where the operation needs little, it may be impossible alone, which spares the search of the rest.
    const alone = this.#begunBy(limit, (entry) => entry === stuckAt);
    if (this.#fails(alone)) this.best = alone;
    else {
      const begun = this.#begunBy(
        limit,
        (entry) => ret[entry]! <= limit || this.#roleOf(entry) !== "evidence",
      );
      const nearby = this.#nearby(stuckAt, begun, Math.max(LEAST_STEPS, steps));
      if (nearby !== undefined) this.best = nearby;
      else if (this.#fails(begun)) this.best = begun;
    }
    this.#bisect();
  }

  /** Leaves out halves, quarters and so on of what saw something. */
  #bisect(): void {
    const among = new Set(this.best);
    let evidence = this.best.filter((entry) => this.#roleOf(entry) === "evidence");
    for (let size = evidence.length >> 1; size >= 1; size = size >> 1) {
      for (let at = 0; at < evidence.length; ) {
        if (this.#steps >= MAX_STEPS) return;
        const fewer = evidence.toSpliced(at, size);
        const part = this.#closed(fewer, among);
        if (part.length < this.best.length && this.#fails(part)) {
          evidence = fewer;
          this.best = part;
        } else at += size;
      }
    }
  }

  /**
   * The least of the parts that end with where the search got stuck and are impossible: as a rule that operation contradicts what came
   * just before it. Undefined: it contradicts what came long before, or looking takes longer than `most`, because few answers may
   * leave more orders than many.
   */
  #nearby(stuckAt: number, begun: readonly number[], most: number): readonly number[] | undefined {
    const among = new Set(begun);
    const evidence = begun.filter((entry) => this.#roleOf(entry) === "evidence");
    const end = evidence.indexOf(stuckAt) + 1;
    for (let size = 2; size < end; size *= 2) {
      // Enough must be left to see that the whole of it is impossible.
      if (this.#steps + 2 * most > MAX_STEPS) return undefined;
      const part = this.#closed(evidence.slice(end - size, end), among);
      if (part.length >= begun.length) return undefined;
      if (this.#fails(part, most)) return part;
    }
    return undefined;
  }

  /**
   * Leaves out updates that came too late, or were certainly undone too early, for all who need their group; one of each
   * group stays, so that the witness tells where each value came from.
   */
  prune(): void {
    if (!this.#kind.mayPrune || this.best.length > MAX_PRUNED) return;
    if (this.best.some((entry) => this.#needsOf(entry) === "everything")) return;
    for (const entry of this.best) {
      if (!this.#isIdle(entry)) continue;
      const fewer = this.best.filter((other) => other !== entry);
      if (this.#fails(fewer)) this.best = fewer;
    }
  }

  /**
   * The chosen among those invoked before `limit`, closed. What they need may have seen something itself and have returned
   * later: then it is all that was invoked before that.
   */
  #begunBy(limit: number, isChosen: (entry: number) => boolean): readonly number[] {
    const { inv, ret, row } = this.#problem;
    for (let [until, round] = [limit, 0]; round < MAX_ROUNDS; round++) {
      const invoked = [...row.keys()].filter((entry) => inv[entry]! < until);
      const closed = this.#closed(invoked.filter(isChosen), new Set(invoked));
      // What is indefinite need not have happened, so nothing that it lacks makes a part impossible.
      const last = closed.reduce(
        (latest, entry) => (ret[entry] === NEVER ? latest : Math.max(latest, ret[entry]!)),
        until,
      );
      if (last === until) return closed;
      until = last;
    }
    return this.best;
  }

  /** The entries together with all updates of the groups that they need, and what those need in turn. */
  #closed(entries: readonly number[], among: ReadonlySet<number>): number[] {
    const closed = new Set(entries);
    const needed = new Set<Needs>(entries.map((entry) => this.#needsOf(entry)));
    for (let size = -1; size !== closed.size; ) {
      size = closed.size;
      for (const entry of among) {
        const group = this.#groupOf(entry);
        const isNeeded = group !== undefined && (needed.has(group) || needed.has("everything"));
        if (closed.has(entry) || !(isNeeded || this.#roleOf(entry) === "context")) continue;
        closed.add(entry);
        needed.add(this.#needsOf(entry));
      }
    }
    return [...closed].sort((a, b) => a - b);
  }

  /** Whether nobody left can have seen this update. It must need nothing itself. */
  #isIdle(entry: number): boolean {
    const group = this.#groupOf(entry);
    if (group === undefined || this.#needsOf(entry) !== "nothing") return false;
    const readers = this.best.filter((other) => this.#needsOf(other) === group);
    const isOnly = !this.best.some((other) => other !== entry && this.#groupOf(other) === group);
    if (isOnly && readers.length > 0) return false;
    const { inv, ret } = this.#problem;
    return readers.every((reader) => {
      if (inv[entry]! > ret[reader]!) return true;
      return this.best.some((other) => {
        const overwrites = this.#groupOf(other) ?? group;
        return overwrites !== group && inv[other]! > ret[entry]! && ret[other]! < inv[reader]!;
      });
    });
  }

  /** `most`: more situations than that are not looked at. */
  #fails(entries: readonly number[], most = Number.POSITIVE_INFINITY): boolean {
    const limits = { ...DEFAULT_LIMITS, steps: Math.min(most, MAX_STEPS - this.#steps) };
    if (limits.steps <= 0) return false;
    const outcome = search(selectEntries(this.#problem, entries), this.#budget, limits);
    this.#steps += outcome.steps + entries.length;
    return outcome.verdict === "impossible";
  }

  #callOf(entry: number): Call {
    return this.#problem.calls[this.#problem.call[entry]!]!;
  }

  #roleOf(entry: number): Role {
    return this.#kind.roleOf(this.#callOf(entry));
  }

  #groupOf(entry: number): number | undefined {
    return this.#kind.groupOf(this.#callOf(entry));
  }

  #needsOf(entry: number): Needs {
    return this.#kind.needsOf(this.#callOf(entry));
  }
}
