import { ABSENT, type History, NEVER, NONE, STATUS } from "#core/history";
import { FUNCTIONS } from "#core/functions";
import { canonicalJson } from "#core/value-table";
import { hasSiblings, isRefused, readBy, writtenBy } from "../../registers/access.ts";
import { valueWords } from "../../words.ts";
import type { ObjectKind } from "../object-kind.ts";
import { type Problem, ProblemBuilder } from "../problem.ts";
import type { SequentialModel } from "../sequential-model.ts";

const CAS = FUNCTIONS.indexOf("cas");
const KNOWN: ReadonlySet<number> = new Set(
  (["read", "write", "delete", "cas"] as const).map((f) => FUNCTIONS.indexOf(f)),
);
/** The initial value where no operation names it. */
const UNNAMED = -3;

/** Values are ids; NONE is null. */
export type RegisterCall =
  | { readonly kind: "read" | "write"; readonly value: number }
  /** `isSure`: it succeeded; else it may find another value and do nothing. */
  | { readonly kind: "cas"; readonly expected: number; readonly value: number; readonly isSure: boolean }
  /** `observed`: ABSENT if it was not told the value it found. */
  | { readonly kind: "refused"; readonly expected: number; readonly observed: number };

export const registerModel = (initial: number): SequentialModel<number, RegisterCall> => ({
  initial,
  step,
  isObservation: ({ kind }) => kind === "read" || kind === "refused",
  keyOf: (state) => state,
  sizeOf: () => 1,
});

function step(state: number, call: RegisterCall): number | undefined {
  switch (call.kind) {
    case "read":
      return call.value === state ? state : undefined;
    case "write":
      return call.value;
    case "cas":
      return call.expected === state ? call.value : call.isSure ? undefined : state;
    case "refused":
      return call.expected !== state && (call.observed === ABSENT || call.observed === state)
        ? state
        : undefined;
  }
}

/** Registers whose values may repeat: reads, writes, deletions, compare-and-sets. */
export const registers: ObjectKind<number, RegisterCall> = {
  problemsOf: registerProblems,
  groupOf: (call) => (call.kind === "write" || call.kind === "cas" ? call.value : undefined),
  needsOf: (call) => {
    if (call.kind === "refused") return call.observed === ABSENT ? "everything" : call.observed;
    if (call.kind === "cas") return call.expected;
    return call.kind === "read" ? call.value : "nothing";
  },
  roleOf: (call) => (call.kind === "write" || (call.kind === "cas" && !call.isSure) ? "update" : "evidence"),
  mayPrune: true,
  stateWords: (history, state) =>
    state === UNNAMED ? "the initial value" : valueWords(history.valueOf(state)),
};

function nameOf(call: RegisterCall): string | number {
  switch (call.kind) {
    case "read":
      return 2 * call.value;
    case "write":
      return 2 * call.value + 1;
    case "cas":
      return `${call.expected} ${call.value} ${call.isSure}`;
    case "refused":
      return `${call.expected} ${call.observed}`;
  }
}

function registerProblems(
  history: History,
  key: number,
  rows: Int32Array,
): readonly Problem<number, RegisterCall>[] | string {
  const builder = new ProblemBuilder(registerModel(initialOf(history, key)), nameOf);
  const needed = neededValues(history, rows);
  for (const row of rows) {
    if (hasSiblings(history, row)) return "its reads return siblings";
    // Texts are appended to, for instance: no write of a single operation is what is read.
    if (!KNOWN.has(history.f[row]!))
      return `the effect of ${FUNCTIONS[history.f[row]!]} on a register is not known`;
    const isOk = history.status[row] === STATUS.ok;
    if (!isOk && needed !== undefined && !needed.has(writtenBy(history, row))) continue;
    const call = callOf(history, row);
    if (call !== undefined)
      builder.add(row, history.invRank[row]!, isOk ? history.retRank[row]! : NEVER, call);
  }
  return [builder.build()];
}

function callOf(history: History, row: number): RegisterCall | undefined {
  const isOk = history.status[row] === STATUS.ok;
  const written = writtenBy(history, row);
  if (history.f[row] !== CAS) {
    if (written !== ABSENT) return { kind: "write", value: written };
    return isOk ? { kind: "read", value: readBy(history, row) } : undefined;
  }
  const expected = history.expectedOf(row);
  if (isRefused(history, row)) return { kind: "refused", expected, observed: history.observedOf(row) };
  return { kind: "cas", expected, value: written, isSure: isOk };
}

/**
 * The values that somebody certainly saw, or that an indefinite compare-and-set which matters expects. Indefinite writes of
 * others can be left out: nobody misses them. Undefined where somebody saw only that the value was not a certain one.
 */
function neededValues(history: History, rows: Int32Array): ReadonlySet<number> | undefined {
  const needed = new Set<number>();
  const maybe: number[] = [];
  for (const row of rows) {
    const isOk = history.status[row] === STATUS.ok;
    if (isOk && isRefused(history, row) && history.observedOf(row) === ABSENT) return undefined;
    if (isOk && readBy(history, row) !== ABSENT) needed.add(readBy(history, row));
    if (!isOk && history.f[row] === CAS) maybe.push(row);
  }
  for (let size = -1; size !== needed.size; ) {
    size = needed.size;
    for (const row of maybe) {
      if (needed.has(writtenBy(history, row))) needed.add(history.expectedOf(row));
    }
  }
  return needed;
}

function initialOf(history: History, key: number): number {
  const { initial } = history.objectOf(key);
  if (initial === null) return NONE;
  const text = canonicalJson(initial);
  for (let id = 0; id < history.valueCount; id++) {
    if (history.keyOfValue(id) === key && canonicalJson(history.valueOf(id)) === text) return id;
  }
  return UNNAMED;
}
