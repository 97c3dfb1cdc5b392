import { type History, NEVER, NONE, STATUS } from "#core/history";
import { FUNCTIONS } from "#core/functions";
import type { Json } from "#core/json";
import type { ObjectKind } from "../object-kind.ts";
import { type Problem, ProblemBuilder } from "../problem.ts";
import type { SequentialModel } from "../sequential-model.ts";

const READ = FUNCTIONS.indexOf("read");
const INCREMENT = FUNCTIONS.indexOf("increment");

export type CounterCall =
  | { readonly kind: "increment"; readonly by: number }
  | { readonly kind: "read"; readonly value: number };

export const counterModel = (initial: number): SequentialModel<number, CounterCall> => ({
  initial,
  step: (state, call) => {
    if (call.kind === "increment") return state + call.by;
    return call.value === state ? state : undefined;
  },
  isObservation: ({ kind }) => kind === "read",
  keyOf: (state) => state,
  sizeOf: () => 1,
});

/** Counters: increments and decrements that tell nothing, and reads. */
export const counters: ObjectKind<number, CounterCall> = {
  problemsOf: counterProblems,
  groupOf: (call) => (call.kind === "increment" ? 0 : undefined),
  needsOf: (call) => (call.kind === "read" ? "everything" : "nothing"),
  roleOf: (call) => (call.kind === "read" ? "evidence" : "update"),
  mayPrune: false,
  stateWords: (_, state) => String(state),
};

const nameOf = (call: CounterCall): string | number => (call.kind === "read" ? call.value : `by ${call.by}`);

function counterProblems(
  history: History,
  key: number,
  rows: Int32Array,
): readonly Problem<number, CounterCall>[] | string {
  const initial = countOf(history.objectOf(key).initial ?? 0);
  if (initial === undefined) return "its initial value is no integer";
  const builder = new ProblemBuilder(counterModel(initial), nameOf);
  for (const row of rows) {
    const isOk = history.status[row] === STATUS.ok;
    const f = history.f[row];
    if (f !== READ && f !== INCREMENT) return `${FUNCTIONS[f!]} is no operation on a counter`;
    if (f === READ && !isOk) continue;
    const value = history.value[row]!;
    const count = f === READ && value === NONE ? initial : countOf(history.valueOf(value));
    if (count === undefined) return "some of its values are no integers up to 2^53";
    const call: CounterCall = f === READ ? { kind: "read", value: count } : { kind: "increment", by: count };
    builder.add(row, history.invRank[row]!, isOk ? history.retRank[row]! : NEVER, call);
  }
  return [builder.build()];
}

/** A count that a `number` holds exactly. */
export function countOf(value: Json): number | undefined {
  const number = typeof value === "string" && /^-?\d+$/.test(value) ? Number(value) : value;
  return typeof number === "number" && Number.isSafeInteger(number) ? number : undefined;
}
