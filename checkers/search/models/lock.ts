import { FLAG, type History, NEVER, NONE, STATUS } from "#core/history";
import { FUNCTIONS } from "#core/functions";
import type { ObjectKind } from "../object-kind.ts";
import { type Problem, ProblemBuilder } from "../problem.ts";
import type { SequentialModel } from "../sequential-model.ts";

const ACQUIRE = FUNCTIONS.indexOf("acquire");
const RELEASE = FUNCTIONS.indexOf("release");
const GUARDED_WRITE = FUNCTIONS.indexOf("guarded-write");

export interface LockState {
  /** Session that holds the lock, or NONE. */
  readonly owner: number;
  /** The greatest token given out, and the greatest that a guarded resource accepted; 0 − ∞ as null. */
  readonly given: number | null;
  readonly accepted: number | null;
}

/** `hold`: an acquire and the releases that follow it in its session. */
export type LockCall =
  | {
      readonly kind: "acquire";
      readonly owner: number;
      readonly hold: number;
      readonly token: number | null;
      readonly isSure: boolean;
    }
  | { readonly kind: "release"; readonly owner: number; readonly hold: number; readonly isSure: boolean }
  | { readonly kind: "busy" }
  | { readonly kind: "accept"; readonly token: number };

/** A lock that one session holds at a time and that gives out growing fencing tokens, if it gives any. */
export const lockModel: SequentialModel<LockState, LockCall> = {
  initial: { owner: NONE, given: null, accepted: null },
  step,
  isObservation: ({ kind }) => kind === "busy",
  keyOf: ({ owner, given, accepted }) => `${owner},${given},${accepted}`,
  sizeOf: () => 4,
};

function step(state: LockState, call: LockCall): LockState | undefined {
  switch (call.kind) {
    case "acquire": {
      const isFree =
        state.owner === NONE && !(call.token !== null && state.given !== null && call.token <= state.given);
      if (!isFree) return call.isSure ? undefined : state;
      return { ...state, owner: call.owner, given: call.token ?? state.given };
    }
    case "release":
      if (state.owner !== call.owner) return call.isSure ? undefined : state;
      return { ...state, owner: NONE };
    case "busy":
      return state.owner === NONE ? undefined : state;
    case "accept":
      if (state.accepted !== null && call.token < state.accepted) return undefined;
      return { ...state, accepted: call.token };
  }
}

/** Group of the writes to the guarded resource. */
const RESOURCE = -2;

/** Locks: acquire, release, refused acquires, and writes guarded by fencing tokens. */
export const locks: ObjectKind<LockState, LockCall> = {
  problemsOf: lockProblems,
  groupOf: (call) => ("hold" in call ? call.hold : call.kind === "accept" ? RESOURCE : undefined),
  needsOf: (call) => ("hold" in call ? call.hold : call.kind === "busy" ? "everything" : "nothing"),
  roleOf: (call) => {
    if (!("isSure" in call) || call.isSure) return "evidence";
    // An indefinite release may land late and end any later hold of its session.
    return call.kind === "release" ? "context" : "update";
  },
  mayPrune: false,
  stateWords: (history, { owner }) => (owner === NONE ? "free" : `held by ${history.sessionNames[owner]}`),
};

function nameOf(call: LockCall): string {
  switch (call.kind) {
    case "acquire":
      return `acquire ${call.owner} ${call.hold} ${call.token} ${call.isSure}`;
    case "release":
      return `release ${call.owner} ${call.hold} ${call.isSure}`;
    case "accept":
      return `accept ${call.token}`;
    case "busy":
      return call.kind;
  }
}

function lockProblems(
  history: History,
  _: number,
  rows: Int32Array,
): readonly Problem<LockState, LockCall>[] | string {
  const builder = new ProblemBuilder(lockModel, nameOf);
  const holds = holdsOf(history, rows);
  for (const [i, row] of rows.entries()) {
    const isOk = history.status[row] === STATUS.ok;
    const call = callOf(history, row, holds[i]!, isOk);
    if (typeof call === "string") return call;
    if (call !== undefined)
      builder.add(row, history.invRank[row]!, isOk ? history.retRank[row]! : NEVER, call);
  }
  return [builder.build()];
}

/** Numbers each acquire; a release belongs to the acquire of its session before it. */
function holdsOf(history: History, rows: Int32Array): Int32Array {
  const latest = new Map<number, number>();
  let count = 0;
  return rows.map((row) => {
    const owner = history.session[row]!;
    if (history.f[row] === ACQUIRE && !isRefused(history, row)) latest.set(owner, ++count);
    if (!latest.has(owner)) latest.set(owner, ++count);
    return latest.get(owner)!;
  });
}

const isRefused = (history: History, row: number): boolean =>
  history.status[row] === STATUS.ok && (history.flags[row]! & FLAG.resultFalse) !== 0;

function callOf(history: History, row: number, hold: number, isOk: boolean): LockCall | string | undefined {
  const owner = history.session[row]!;
  switch (history.f[row]) {
    case ACQUIRE: {
      if (isRefused(history, row)) return { kind: "busy" };
      const token = isOk ? tokenOf(history, row) : null;
      if (token === undefined) return "some of its fencing tokens are no integers";
      return { kind: "acquire", owner, hold, token, isSure: isOk };
    }
    case RELEASE:
      // Refused: it held nothing, and nothing changed.
      return isRefused(history, row) ? undefined : { kind: "release", owner, hold, isSure: isOk };
    case GUARDED_WRITE:
      return isOk && !isRefused(history, row) ? acceptOf(history, row) : undefined;
    default:
      return `${FUNCTIONS[history.f[row]!]} is no operation on a lock`;
  }
}

/** The fencing token of an acquire; null if it gave none. */
export function tokenOf(history: History, row: number): number | null | undefined {
  if (history.value[row] === NONE) return null;
  const token = history.valueOf(history.value[row]!);
  return typeof token === "number" ? token : undefined;
}

function acceptOf(history: History, row: number): LockCall | string {
  const value = history.valueOf(history.value[row]!);
  const token = value !== null && typeof value === "object" && "token" in value ? value.token : undefined;
  return typeof token === "number" ? { kind: "accept", token } : "a guarded write carries no fencing token";
}
