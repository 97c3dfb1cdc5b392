import type { History } from "#core/history";
import type { Budget } from "#core/budget";
import type { Problem } from "./problem.ts";

/** `entries`: of the problem, that prove it. `because`: the reason in words. */
export type FastAnswer =
  | { readonly verdict: "satisfied" }
  | { readonly verdict: "violated"; readonly entries: readonly number[]; readonly because: string };

/** What an operation needs so that leaving out others cannot make it wrong: nothing, the updates of a group, or all updates. */
export type Needs = number | "nothing" | "everything";

/**
 * What a call is in a witness. `evidence`: a witness may do with or without. `update`: comes in only where evidence needs it;
 * a linearizable history stays linearizable without the updates that nobody needs. `context`: always in, since leaving it
 * out could make a linearizable history wrong.
 */
export type Role = "evidence" | "update" | "context";

/** How a type of object is judged by search. */
export interface ObjectKind<State, Call> {
  /**
   * The operations on a key, as parts that are linearizable together if each is alone; a sentence where they cannot be put
   * as problems. `rows`: ok and info ones, final ones left out.
   */
  problemsOf(history: History, key: number, rows: Int32Array): readonly Problem<State, Call>[] | string;
  /** What an algorithm faster than search finds; undefined where it does not decide. Source: with each. */
  fast?(history: History, problem: Problem<State, Call>, budget: Budget): FastAnswer | undefined;
  /** The group whose state a call may change; undefined for mere observations. */
  groupOf(call: Call): number | undefined;
  needsOf(call: Call): Needs;
  roleOf(call: Call): Role;
  /** Whether an update can be told from all that are needed: it came too late or was certainly undone before all who need it. */
  readonly mayPrune: boolean;
  stateWords(history: History, state: State): string;
}
