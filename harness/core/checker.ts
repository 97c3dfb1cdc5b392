import type { Budget } from "./budget.ts";
import type { History } from "./history.ts";
import type { Json } from "./json.ts";
import type { Anomaly, Model, ModelResult } from "./verdict.ts";

/** A pure function from a history to verdicts. It throws only `BudgetExceeded` or on a broken invariant. */
export interface Checker {
  readonly name: string;
  readonly summary: string;
  readonly models: readonly Model[];
  /** How a history may be cut so that the parts can be judged alone. */
  readonly partition: "key" | "session" | "none";
  /** Not run where one of these models is satisfied: what it decides follows from each of them. */
  readonly impliedBy?: readonly Model[];
  /** Not run on longer histories unless one of its models was asked for: it would take too long for a look at everything. */
  readonly mostOperations?: number;
  /** It goes by real time: not run on histories whose header says that none was recorded. */
  readonly needsRealTime?: boolean;
  /** It may try exponentially many orders: cheaper checkers go first, and it never goes on without a time limit. */
  readonly searches?: true;
  /** Whether it has anything to say about this history. */
  applies(history: History): boolean;
  check(history: History, budget: Budget): CheckResult;
  /** The same check in steps, set where what takes long are keys that have nothing to do with each other. */
  readonly byKey?: CheckByKey;
}

/** A check whose keys several threads can judge; together the steps find what `check` finds, whoever judges which key. */
export interface CheckByKey {
  /** What comes before the keys. @throws BudgetExceeded */
  begin(history: History, budget: Budget): BegunCheck;
  /** Judges these keys, each by its own operations alone. A budget that ends leaves the rest of them `unknown`. */
  judge(history: History, keys: readonly number[], budget: Budget): KeyVerdicts;
}

export interface BegunCheck {
  /** Ids of the keys that are left to be judged. */
  readonly keys: readonly number[];
  /** `verdicts`: of all of them, in any order. @throws BudgetExceeded */
  conclude(verdicts: KeyVerdicts): CheckResult;
}

/** Plain data by key id, for another thread. `witness`: rows. */
export type KeyVerdicts = ReadonlyMap<number, KeyVerdict>;
export type KeyVerdict =
  | { readonly verdict: "satisfied" }
  | { readonly verdict: "unknown"; readonly reason: string }
  | { readonly verdict: "violated"; readonly witness: readonly number[]; readonly explanation: string };

export interface CheckResult {
  readonly results: readonly ModelResult[];
  /** Found anomalies, worst first; at most `MAX_ANOMALIES` of each type, the rest counted in `counts`. */
  readonly anomalies: readonly Anomaly[];
  /** How many anomalies of each type there are in all. */
  readonly counts: Readonly<Record<string, number>>;
  /** Measurements for report and `verdict.json`, by name. */
  readonly stats?: Readonly<Record<string, Json>>;
}

/** A person reads a handful; the counts tell the rest. */
export const MAX_ANOMALIES = 50;
