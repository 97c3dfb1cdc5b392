import type { CheckResult } from "#core/checker";
import type { HistoryParts } from "#core/columns";
import type { Model, StalenessBound } from "#core/verdict";
import type { CheckerFacts } from "./agenda.ts";

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

/** `open`: judge this history from now on. `facts`: of the checkers that decide one of these models, or of all. */
export type Request =
  | { readonly type: "open"; readonly judged: Judged }
  | { readonly type: "facts"; readonly models: readonly Model[] | undefined }
  | { readonly type: "check"; readonly name: string; readonly part: number; readonly limits: CheckLimits };

/** The answer to `facts`, in the order of the registry, or to `check`. */
export type Reply =
  | { readonly type: "facts"; readonly facts: readonly CheckerFacts[] }
  | { readonly type: "outcome"; readonly outcome: CheckResult; readonly usedUp: Limit | undefined };
