import type { CheckResult, KeyVerdicts } from "#core/checker";
import type { HistoryParts } from "#core/columns";
import type { VerdictDocument } from "#core/run";
import type { Model, StalenessBound } from "#core/verdict";
import type { CheckerFacts, Outcome } from "./agenda.ts";
import type { Conclusion } from "./conclusion.ts";

/** What a worker is given when it starts. */
export interface WorkerSettings {
  /** URL of the module that exports `checkersFor`. */
  readonly registry: string;
  /** Resident bytes of the whole process above which nothing large may be made. */
  readonly most: number;
  /** `SIGNAL`s of the main thread, one number. */
  readonly signal: SharedArrayBuffer;
}

export const SIGNAL = { none: 0, memoryIsShort: 1 } as const;

/** A limit that a checker used up. */
export type Limit = "time" | "memory";

/** Milliseconds from the message's arrival, and the words that name the limits. */
export interface CheckLimits {
  readonly check: number;
  /** Until when witnesses may be proved again; above `check`. */
  readonly proof: number;
  readonly words: Readonly<Record<Limit, string>>;
}

/** What a worker judges: a history, and the bounds that somebody set. */
export interface Judged {
  readonly parts: HistoryParts;
  readonly bounds: readonly StalenessBound[];
}

/** What is to be checked; `part`: index of `partsOf`. */
export interface Task {
  readonly name: string;
  readonly part: number;
  readonly limits: CheckLimits;
}

/**
 * `open`: judge this history from now on. `facts`: of the checkers that decide one of these models, or of all. `begin`: a check
 * that is shared by key; once every `keys` has been judged, by whatever worker, the one that began it gets all to `conclude`.
 * `merge`: what all checkers found, into the verdict.
 */
export type Request =
  | { readonly type: "open"; readonly judged: Judged }
  | { readonly type: "facts"; readonly models: readonly Model[] | undefined }
  | ({ readonly type: "check" } & Task)
  | ({ readonly type: "begin" } & Task)
  | ({ readonly type: "keys"; readonly keys: readonly number[] } & Task)
  | { readonly type: "conclude"; readonly verdicts: KeyVerdicts }
  | { readonly type: "merge"; readonly outcomes: readonly Outcome[]; readonly conclusion: Conclusion };

/**
 * The answer to `facts`, in the order of the registry; to `begin`, keys to be judged in one go, or an outcome if it came to its
 * end already; to `keys`; to `check` or `conclude`; and to `merge`.
 */
export type Reply =
  | { readonly type: "facts"; readonly facts: readonly CheckerFacts[] }
  | { readonly type: "begun"; readonly chunks: readonly (readonly number[])[] }
  | {
      readonly type: "verdicts";
      readonly verdicts: KeyVerdicts;
      readonly usedUp: Limit | undefined;
    }
  | { readonly type: "outcome"; readonly outcome: CheckResult; readonly usedUp: Limit | undefined }
  | { readonly type: "verdict"; readonly verdict: VerdictDocument };
