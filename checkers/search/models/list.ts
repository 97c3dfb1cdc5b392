import { FLAG, type History, NEVER, NONE, STATUS } from "#core/history";
import { FUNCTIONS } from "#core/functions";
import { canonicalJson } from "#core/value-table";
import { valueWords } from "../../words.ts";
import type { ObjectKind } from "../object-kind.ts";
import { type Problem, ProblemBuilder } from "../problem.ts";
import type { SequentialModel } from "../sequential-model.ts";

const APPEND = FUNCTIONS.indexOf("append");
const READ = FUNCTIONS.indexOf("read");
/** An element of the initial list that no operation names. */
const UNNAMED = -3;

/** Elements are value ids. */
export type ListCall =
  | { readonly kind: "append"; readonly element: number }
  | { readonly kind: "read"; readonly elements: readonly number[] };

export const listModel = (initial: readonly number[]): SequentialModel<readonly number[], ListCall> => ({
  initial,
  step: (state, call) => {
    if (call.kind === "append") return [...state, call.element];
    const { elements } = call;
    const isSame = elements.length === state.length && state.every((one, i) => one === elements[i]);
    return isSame ? state : undefined;
  },
  isObservation: ({ kind }) => kind === "read",
  keyOf: (state) => state.join(),
  sizeOf: (state) => state.length,
});

/** Lists: elements appended at the end, reads of the whole. */
export const lists: ObjectKind<readonly number[], ListCall> = {
  problemsOf: listProblems,
  groupOf: (call) => (call.kind === "append" ? call.element : undefined),
  needsOf: (call) => (call.kind === "read" ? "everything" : "nothing"),
  roleOf: ({ kind }) => (kind === "append" ? "update" : "evidence"),
  mayPrune: false,
  stateWords: (history, state) => valueWords(state.map((id) => history.valueOf(id))),
};

function listProblems(
  history: History,
  key: number,
  rows: Int32Array,
): readonly Problem<readonly number[], ListCall>[] | string {
  const initial = initialList(history, key);
  if (initial === undefined) return "its initial value is no list";
  const builder = new ProblemBuilder(listModel(initial));
  for (const row of rows) {
    const isOk = history.status[row] === STATUS.ok;
    const problem = listProblem(history, row);
    if (problem !== undefined) return problem;
    if (history.f[row] === READ && !isOk) continue;
    const call: ListCall =
      history.f[row] === APPEND
        ? { kind: "append", element: history.value[row]! }
        : { kind: "read", elements: shownBy(history, row, initial) };
    builder.add(row, history.invRank[row]!, isOk ? history.retRank[row]! : NEVER, call);
  }
  return [builder.build()];
}

/** Why an operation does not fit a list of appended elements; undefined if it does. */
export function listProblem(history: History, row: number): string | undefined {
  const f = history.f[row]!;
  if (f !== READ && f !== APPEND) return `${FUNCTIONS[f]} is no operation on a list`;
  const flags = history.flags[row]!;
  if (history.status[row] !== STATUS.ok) return undefined;
  if (f === APPEND && (flags & FLAG.resultFalse) !== 0) return "an append was refused";
  const isList = (flags & FLAG.list) !== 0 || history.value[row] === NONE;
  return f === READ && !isList ? "a read returned no list" : undefined;
}

/** Value ids that an ok read of a list showed. Null is a list that was never written: the initial one. */
export const shownBy = (history: History, row: number, initial: readonly number[]): readonly number[] =>
  (history.flags[row]! & FLAG.list) === 0 ? initial : [...history.elementsOf(row)];

/** Value ids of the elements that the header says were there from the start, in order; undefined if it names no list. */
export function initialList(history: History, key: number): readonly number[] | undefined {
  const { initial } = history.objectOf(key);
  if (initial === null) return [];
  if (!Array.isArray(initial)) return undefined;
  if (initial.length === 0) return [];
  const ids = new Map<string, number>();
  for (let id = 0; id < history.valueCount; id++) {
    if (history.keyOfValue(id) === key) ids.set(canonicalJson(history.valueOf(id)), id);
  }
  return initial.map((element, i) => ids.get(canonicalJson(element)) ?? UNNAMED - i);
}
