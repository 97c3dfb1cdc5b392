import type { Budget } from "#core/budget";
import { NEVER, NONE } from "#core/history";
import type { Problem } from "../search/problem.ts";
import type { StackCall } from "../search/models/stack.ts";

export type StackProblem = Problem<readonly number[], StackCall>;

/** One value on its way through the stack: entries, and event indexes. */
export interface Passage {
  readonly push: number;
  /** NONE: it was never taken out. */
  readonly pop: number;
  /** Not on the stack before this … */
  readonly pushInv: number;
  /** … certainly on it from here (its push, or at the latest its pop, had returned) … */
  readonly from: number;
  /** … until there (its pop began); NEVER if it was never taken out. */
  readonly to: number;
  /** Gone by then; after every event if it was never taken out. */
  readonly popRet: number;
}

/** A pop that nothing explains, with the entries of the same value that show it. */
export interface WrongPop {
  readonly pop: number;
  readonly others: readonly number[];
}

export interface Passages {
  /** Values that went in and came out. */
  readonly through: readonly Passage[];
  /** Values that certainly went in and that no pop is known to have taken. */
  readonly kept: readonly Passage[];
  /** Pops that found nothing. */
  readonly empties: readonly number[];
  /** Whether pops of unknown outcome may have taken something. */
  readonly hasTakes: boolean;
  readonly wrong: WrongPop | undefined;
}

const GONE_NEVER = NEVER + 1;

/**
 * What became of each value. Pushes of unknown outcome that nobody popped are left out: where they are in some order, it is
 * one without them too. Undefined where a value was pushed twice.
 */
export function passagesOf(problem: StackProblem, budget: Budget): Passages | undefined {
  const { call, calls, ret } = problem;
  const pushes = new Map<number, number>();
  const pops = new Map<number, number[]>();
  const empties: number[] = [];
  let hasTakes = false;
  for (const [entry, id] of call.entries()) {
    budget.tick();
    const made = calls[id]!;
    if (made.kind === "take") hasTakes = true;
    else if (made.kind === "empty") empties.push(entry);
    else if (made.kind === "push") {
      if (pushes.has(made.value)) return undefined;
      pushes.set(made.value, entry);
    } else pops.set(made.value, [...(pops.get(made.value) ?? []), entry]);
  }
  const through: Passage[] = [];
  for (const [value, [pop]] of pops) through.push(passage(problem, pushes.get(value) ?? NONE, pop!));
  const kept = pushes
    .entries()
    .filter(([value, push]) => !pops.has(value) && ret[push] !== NEVER)
    .map(([, push]) => passage(problem, push, NONE));
  return { through, kept: [...kept], empties, hasTakes, wrong: wrongPop(problem, pushes, pops) };
}

function passage({ inv, ret }: StackProblem, push: number, pop: number): Passage {
  const popRet = pop === NONE ? GONE_NEVER : ret[pop]!;
  return {
    push,
    pop,
    pushInv: push === NONE ? NONE : inv[push]!,
    from: Math.min(push === NONE ? NEVER : ret[push]!, popRet),
    to: pop === NONE ? NEVER : inv[pop]!,
    popRet,
  };
}

/** Each value comes out once, after it went in. */
function wrongPop(
  { inv, ret }: StackProblem,
  pushes: ReadonlyMap<number, number>,
  pops: ReadonlyMap<number, readonly number[]>,
): WrongPop | undefined {
  for (const [value, [first, second]] of pops) {
    const push = pushes.get(value);
    if (push === undefined) return { pop: first!, others: [] };
    if (second !== undefined) return { pop: second, others: [push, first!] };
    if (ret[first!]! < inv[push]!) return { pop: first!, others: [push] };
  }
  return undefined;
}
