import { timeBudget, UNLIMITED } from "#core/budget";
import type { History } from "#core/history";
import type { VerdictDocument } from "#core/run";
import { formatDuration, MILLISECOND, type Nanoseconds } from "#core/units";
import type { Expectation, Model } from "#core/verdict";
import { checkersFor } from "../../checkers/registry.ts";
import { judge } from "../judge/judge.ts";
import { triaged } from "../judge/triage/triage.ts";
import { decides } from "../judge/run-checkers.ts";
import { boundsOf, expectedOf } from "./strongest-expectation.ts";

export interface JudgeRequest {
  /** Undefined: the strongest model that the data admits. */
  readonly expectations: readonly Expectation[] | undefined;
  readonly insufficient?: readonly string[];
  /** Only checkers that decide one of these. */
  readonly models?: readonly Model[];
  /** For each checker, which has to see for itself that it is over. */
  readonly timeout?: Nanoseconds;
  /** Convergence delay that triage accepts; undefined: the default. */
  readonly acceptableDelay?: Nanoseconds | undefined;
}

const now = (): Nanoseconds => performance.now() * MILLISECOND;

/** Judges one history with every checker of the registry that applies, on this thread. */
export function judgeHistory(history: History, request: JudgeRequest): VerdictDocument {
  const began = now();
  const { timeout, models } = request;
  const expected = expectedOf(history, request.expectations);
  const verdict = judge(history, {
    checkers: checkersFor(boundsOf(expected.expectations)).filter((checker) => decides(checker, models)),
    ...(models === undefined ? {} : { asked: models }),
    expectations: expected.expectations,
    insufficient: [...(request.insufficient ?? []), ...expected.unjudged],
    budgets: () => ({
      check:
        timeout === undefined ? UNLIMITED : timeBudget(now, timeout, `--timeout ${formatDuration(timeout)}`),
      proof: UNLIMITED,
    }),
    elapsedMs: () => (now() - began) / MILLISECOND,
  });
  return triaged(history, verdict, request.acceptableDelay);
}
