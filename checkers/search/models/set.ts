import { FLAG, type History, NEVER, NONE, STATUS } from "#core/history";
import { FUNCTIONS } from "#core/functions";
import { canonicalJson } from "#core/value-table";
import { valueWords } from "../../words.ts";
import type { ObjectKind } from "../object-kind.ts";
import { type Problem, ProblemBuilder } from "../problem.ts";
import type { SequentialModel } from "../sequential-model.ts";

const ADD = FUNCTIONS.indexOf("add");
const REMOVE = FUNCTIONS.indexOf("remove");
const CONTAINS = FUNCTIONS.indexOf("contains");
const READ = FUNCTIONS.indexOf("read");
const WHOLE = NONE;
/** An element of the initial state that no operation names. */
const UNNAMED = -3;

export type SetCall =
  | { readonly kind: "add" | "remove" | "present" | "absent"; readonly element: number }
  /** The whole set, its elements in order of their ids. */
  | { readonly kind: "read"; readonly elements: readonly number[] };

/** The state: its elements in order of their ids. */
export const setModel = (initial: readonly number[]): SequentialModel<readonly number[], SetCall> => ({
  initial,
  step,
  isObservation: ({ kind }) => kind !== "add" && kind !== "remove",
  keyOf: (state) => state.join(),
  sizeOf: (state) => state.length,
});

function step(state: readonly number[], call: SetCall): readonly number[] | undefined {
  if (call.kind === "read") {
    const isSame = call.elements.length === state.length && state.every((one, i) => one === call.elements[i]);
    return isSame ? state : undefined;
  }
  const { kind, element } = call;
  const isIn = state.includes(element);
  if (kind === "present") return isIn ? state : undefined;
  if (kind === "absent") return isIn ? undefined : state;
  if (isIn === (kind === "add")) return state;
  return kind === "add" ? ordered([...state, element]) : state.filter((other) => other !== element);
}

const ordered = (elements: Iterable<number>): number[] => [...new Set(elements)].sort((a, b) => a - b);

/** Sets: adds, removes, questions for one element, reads of the whole. */
export const sets: ObjectKind<readonly number[], SetCall> = {
  problemsOf: setProblems,
  groupOf: (call) => (call.kind === "add" || call.kind === "remove" ? call.element : undefined),
  needsOf: (call) => {
    if (call.kind === "read") return "everything";
    return call.kind === "present" || call.kind === "absent" ? call.element : "nothing";
  },
  roleOf: ({ kind }) => (kind === "add" || kind === "remove" ? "update" : "evidence"),
  mayPrune: false,
  stateWords: (history, state) =>
    state.length === 0 ? "empty" : `{${state.map((id) => valueWords(history.valueOf(id))).join(", ")}}`,
};

const nameOf = (call: SetCall): string =>
  call.kind === "read" ? call.elements.join() : `${call.kind} ${call.element}`;

function setProblems(
  history: History,
  key: number,
  rows: Int32Array,
): readonly Problem<readonly number[], SetCall>[] | string {
  const initial = initialOf(history, key);
  const isWhole = rows.some((row) => history.f[row] === READ && history.status[row] === STATUS.ok);
  const builders = new Map<number, ProblemBuilder<readonly number[], SetCall>>();
  for (const row of rows) {
    const isOk = history.status[row] === STATUS.ok;
    const call = callOf(history, row, isOk);
    if (typeof call === "string") return call;
    if (call === undefined) continue;
    // Where nobody read the whole, each element is an object of its own.
    const part = isWhole || call.kind === "read" ? WHOLE : call.element;
    const builder = builders.get(part) ?? new ProblemBuilder(setModel(partOf(initial, part)), nameOf);
    builders.set(part, builder);
    builder.add(row, history.invRank[row]!, isOk ? history.retRank[row]! : NEVER, call);
  }
  return Array.from(builders.values(), (builder) => builder.build());
}

const partOf = (initial: readonly number[], part: number): readonly number[] =>
  part === WHOLE ? initial : initial.filter((element) => element === part);

/**
 * Refused adds and removes are observations: the element was there, or was not. An acknowledgement with `result` true says no
 * more than one without: not every store tells apart what it added and what it had.
 */
function callOf(history: History, row: number, isOk: boolean): SetCall | string | undefined {
  const element = history.value[row]!;
  const isFalse = isOk && (history.flags[row]! & FLAG.resultFalse) !== 0;
  switch (history.f[row]) {
    case ADD:
      return { kind: isFalse ? "present" : "add", element };
    case REMOVE:
      return { kind: isFalse ? "absent" : "remove", element };
    case CONTAINS:
      if (!isOk) return undefined;
      if ((history.flags[row]! & (FLAG.resultTrue | FLAG.resultFalse)) === 0)
        return "contains gave no result";
      return { kind: isFalse ? "absent" : "present", element };
    case READ:
      return isOk ? { kind: "read", elements: ordered(history.elementsOf(row)) } : undefined;
    default:
      return `${FUNCTIONS[history.f[row]!]} is no operation on a set`;
  }
}

function initialOf(history: History, key: number): number[] {
  const { initial } = history.objectOf(key);
  if (!Array.isArray(initial) || initial.length === 0) return [];
  const missing = new Set(initial.map(canonicalJson));
  const found: number[] = [];
  for (let id = 0; id < history.valueCount; id++) {
    if (history.keyOfValue(id) === key && missing.delete(canonicalJson(history.valueOf(id)))) found.push(id);
  }
  return ordered([...found, ...[...missing].map((_, i) => UNNAMED - i)]);
}
