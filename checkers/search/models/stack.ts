import { FLAG, type History, NEVER, NONE, STATUS } from "#core/history";
import { FUNCTIONS } from "#core/functions";
import { valueWords } from "../../words.ts";
import type { ObjectKind } from "../object-kind.ts";
import { type Problem, ProblemBuilder } from "../problem.ts";
import type { SequentialModel } from "../sequential-model.ts";

const PUSH = FUNCTIONS.indexOf("push");
const POP = FUNCTIONS.indexOf("pop");

export type StackCall =
  | { readonly kind: "push" | "pop"; readonly value: number }
  /** A pop that found nothing. */
  | { readonly kind: "empty" }
  /** A pop that may have taken whatever was on top. */
  | { readonly kind: "take" };

/** Last in, first out. The top is the last of the state. */
export const stackModel: SequentialModel<readonly number[], StackCall> = {
  initial: [],
  step: (state, call) => {
    switch (call.kind) {
      case "push":
        return [...state, call.value];
      case "pop":
        return state.at(-1) === call.value ? state.slice(0, -1) : undefined;
      case "empty":
        return state.length === 0 ? state : undefined;
      case "take":
        return state.length === 0 ? state : state.slice(0, -1);
    }
  },
  isObservation: ({ kind }) => kind === "empty",
  keyOf: (state) => state.join(),
  sizeOf: (state) => state.length,
};

/** Stacks. As with queues, an order of all elements holds for any choice of elements too. */
export const stacks: ObjectKind<readonly number[], StackCall> = {
  problemsOf: stackProblems,
  groupOf: (call) => ("value" in call ? call.value : undefined),
  needsOf: (call) => ("value" in call ? call.value : "nothing"),
  // What an indefinite pop took is not known: leaving it out could make a history wrong.
  roleOf: (call) => (call.kind === "take" ? "context" : "evidence"),
  mayPrune: false,
  stateWords: (history, state) =>
    state.length === 0 ? "empty" : state.map((id) => valueWords(history.valueOf(id))).join(", "),
};

const nameOf = (call: StackCall): string => ("value" in call ? `${call.kind} ${call.value}` : call.kind);

function stackProblems(
  history: History,
  key: number,
  rows: Int32Array,
): readonly Problem<readonly number[], StackCall>[] | string {
  const { initial } = history.objectOf(key);
  if (initial !== null && !(Array.isArray(initial) && initial.length === 0))
    return "it was not empty at first";
  const builder = new ProblemBuilder(stackModel, nameOf);
  for (const row of rows) {
    const f = history.f[row]!;
    if (f !== PUSH && f !== POP) return `${FUNCTIONS[f]} is no operation on a stack`;
    const isOk = history.status[row] === STATUS.ok;
    const call = callOf(history, row, isOk);
    if (typeof call === "string") return call;
    builder.add(row, history.invRank[row]!, isOk ? history.retRank[row]! : NEVER, call);
  }
  return [builder.build()];
}

function callOf(history: History, row: number, isOk: boolean): StackCall | string {
  const value = history.value[row]!;
  if (isOk && (history.flags[row]! & FLAG.resultFalse) !== 0) return "an operation was refused";
  if (history.f[row] === PUSH) return { kind: "push", value };
  if (!isOk) return { kind: "take" };
  if ((history.flags[row]! & FLAG.list) !== 0) return "a pop returned several elements";
  return value === NONE ? { kind: "empty" } : { kind: "pop", value };
}
