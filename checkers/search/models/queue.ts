import { FLAG, type History, NEVER, NONE, STATUS } from "#core/history";
import { FUNCTIONS } from "#core/functions";
import { valueWords } from "../../words.ts";
import type { ObjectKind } from "../object-kind.ts";
import { type Problem, ProblemBuilder } from "../problem.ts";
import type { SequentialModel } from "../sequential-model.ts";

const ENQUEUE = FUNCTIONS.indexOf("enqueue");
const DEQUEUE = FUNCTIONS.indexOf("dequeue");
const DRAIN = FUNCTIONS.indexOf("drain");

export type QueueCall =
  | { readonly kind: "enqueue" | "dequeue"; readonly value: number }
  /** A dequeue that found nothing. */
  | { readonly kind: "empty" }
  /** A dequeue that may have taken whatever came first. */
  | { readonly kind: "take" };

/** First in, first out. */
export const queueModel: SequentialModel<readonly number[], QueueCall> = {
  initial: [],
  step: (state, call) => {
    switch (call.kind) {
      case "enqueue":
        return [...state, call.value];
      case "dequeue":
        return state[0] === call.value ? state.slice(1) : undefined;
      case "empty":
        return state.length === 0 ? state : undefined;
      case "take":
        return state.length === 0 ? state : state.slice(1);
    }
  },
  isObservation: ({ kind }) => kind === "empty",
  keyOf: (state) => state.join(),
  sizeOf: (state) => state.length,
};

/**
 * First-in-first-out queues. An order of all elements holds for any choice of elements too, so a witness names the elements
 * it needs, each with all its operations.
 */
export const queues: ObjectKind<readonly number[], QueueCall> = {
  problemsOf: queueProblems,
  groupOf: (call) => ("value" in call ? call.value : undefined),
  needsOf: (call) => ("value" in call ? call.value : "nothing"),
  // What an indefinite dequeue took is not known: leaving it out could make a history wrong.
  roleOf: (call) => (call.kind === "take" ? "context" : "evidence"),
  mayPrune: false,
  stateWords: (history, state) =>
    state.length === 0 ? "empty" : state.map((id) => valueWords(history.valueOf(id))).join(", "),
};

const nameOf = (call: QueueCall): string => ("value" in call ? `${call.kind} ${call.value}` : call.kind);

function queueProblems(
  history: History,
  key: number,
  rows: Int32Array,
): readonly Problem<readonly number[], QueueCall>[] | string {
  const { initial } = history.objectOf(key);
  if (initial !== null && !(Array.isArray(initial) && initial.length === 0))
    return "it was not empty at first";
  const builder = new ProblemBuilder(queueModel, nameOf);
  for (const row of rows) {
    const f = history.f[row]!;
    if (f !== ENQUEUE && f !== DEQUEUE && f !== DRAIN)
      return `${FUNCTIONS[f]} is no operation on a first-in-first-out queue`;
    const isOk = history.status[row] === STATUS.ok;
    if (f === DRAIN && !isOk) return "an indefinite drain may have taken any number of elements";
    const ret = isOk ? history.retRank[row]! : NEVER;
    builder.addSequence(row, history.invRank[row]!, ret, callsOf(history, row));
  }
  return [builder.build()];
}

/** A drain is one dequeue after the other until one finds nothing, all in its interval; others may come in between. */
function callsOf(history: History, row: number): readonly QueueCall[] {
  const value = history.value[row]!;
  if (history.f[row] === ENQUEUE) {
    const isRefused = history.status[row] === STATUS.ok && (history.flags[row]! & FLAG.resultFalse) !== 0;
    return isRefused ? [] : [{ kind: "enqueue", value }];
  }
  if (history.status[row] !== STATUS.ok) return [{ kind: "take" }];
  const isList = (history.flags[row]! & FLAG.list) !== 0;
  const taken = isList ? [...history.elementsOf(row)] : value === NONE ? [] : [value];
  const isToTheEnd = history.f[row] === DRAIN || (value === NONE && !isList);
  return [
    ...taken.map((element): QueueCall => ({ kind: "dequeue", value: element })),
    ...(isToTheEnd ? [{ kind: "empty" } as const] : []),
  ];
}
