import { type History, NEVER, NONE, STATUS } from "#core/history";
import type { Json } from "#core/json";
import { FUNCTIONS } from "#core/functions";
import { valueWords } from "../../words.ts";
import type { ObjectKind } from "../object-kind.ts";
import { type Problem, ProblemBuilder } from "../problem.ts";
import type { SequentialModel } from "../sequential-model.ts";

const READ = FUNCTIONS.indexOf("read");
const WRITE = FUNCTIONS.indexOf("write");
const DELETE = FUNCTIONS.indexOf("delete");
const APPEND = FUNCTIONS.indexOf("append");

/** Any text that no read shows nor begins with: only a write leads out of it. */
export const UNSEEN = null;
export type TextState = string | typeof UNSEEN;

export interface TextCall {
  readonly kind: "read" | "write" | "append";
  readonly text: string;
}

/**
 * A register that holds a text: a write replaces it, an append puts a text behind it, a read returns the whole. `reads`: all
 * that is ever read. Texts that none of them begins with are one state, for no read can tell them apart.
 */
export function textModel(initial: string, reads: readonly string[]): SequentialModel<TextState, TextCall> {
  const seen = new SeenTexts(reads);
  return {
    initial: seen.stateOf(initial),
    step: (state, { kind, text }) => {
      if (kind === "read") return state === text ? state : undefined;
      if (kind === "write") return seen.stateOf(text);
      return state === UNSEEN ? UNSEEN : seen.stateOf(state + text);
    },
    isObservation: ({ kind }) => kind === "read",
    keyOf: (state) => (state === UNSEEN ? "" : `=${state}`),
    sizeOf: (state) => state?.length ?? 1,
  };
}

class SeenTexts {
  readonly #sorted: readonly string[];

  constructor(texts: readonly string[]) {
    this.#sorted = [...new Set(texts)].sort();
  }

  /** The text itself if some read begins with it. */
  stateOf(text: string): TextState {
    let [low, high] = [0, this.#sorted.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#sorted[middle]! < text) low = middle + 1;
      else high = middle;
    }
    return this.#sorted[low]?.startsWith(text) === true ? text : UNSEEN;
  }
}

/** Texts that are appended to: reads, writes, deletions, appends. Nothing at all and the empty text are the same. */
export const texts: ObjectKind<TextState, TextCall> = {
  problemsOf: textProblems,
  groupOf: ({ kind }) => (kind === "read" ? undefined : 0),
  needsOf: ({ kind }) => (kind === "read" ? "everything" : "nothing"),
  // An append that nobody saw may come last in any text, and a write that nobody saw right before the next one.
  roleOf: ({ kind }) => (kind === "read" ? "evidence" : "update"),
  mayPrune: false,
  stateWords: (_, state) =>
    state === UNSEEN ? "a text that no read shows or begins with" : valueWords(state),
};

/** Whether something is appended to a key: what its reads return is then the work of several operations. */
export const isAppendedTo = (history: History, rows: Int32Array): boolean =>
  rows.some((row) => history.f[row] === APPEND);

function textProblems(
  history: History,
  key: number,
  rows: Int32Array,
): readonly Problem<TextState, TextCall>[] | string {
  const calls: { row: number; call: TextCall }[] = [];
  for (const row of rows) {
    const f = history.f[row]!;
    const kind =
      f === READ ? "read" : f === APPEND ? "append" : f === WRITE || f === DELETE ? "write" : undefined;
    if (kind === undefined) return `${FUNCTIONS[f]} is no operation on a text`;
    if (kind === "read" && history.status[row] !== STATUS.ok) continue;
    const value = history.value[row]!;
    const text = textOf(value === NONE ? null : history.valueOf(value));
    if (text === undefined) return "some of its values are no texts";
    calls.push({ row, call: { kind, text } });
  }
  const initial = textOf(history.objectOf(key).initial);
  if (initial === undefined) return "its initial value is no text";
  const reads = calls.filter(({ call }) => call.kind === "read").map(({ call }) => call.text);
  const builder = new ProblemBuilder(textModel(initial, reads), ({ kind, text }) => `${kind} ${text}`);
  for (const { row, call } of calls) {
    const isOk = history.status[row] === STATUS.ok;
    builder.add(row, history.invRank[row]!, isOk ? history.retRank[row]! : NEVER, call);
  }
  return [builder.build()];
}

const textOf = (value: Json): string | undefined =>
  value === null ? "" : typeof value === "string" ? value : undefined;
