import { timeBudget, UNLIMITED } from "#core/budget";
import type { History } from "#core/history";
import type { VerdictDocument } from "#core/run";
import { formatDuration, MILLISECOND, type Nanoseconds } from "#core/units";
import type { Expectation, Model } from "#core/verdict";
import { checkers } from "../../checkers/registry.ts";
import { boundedStaleness } from "../../checkers/staleness/bounded-staleness.ts";
import { judge } from "../judge/judge.ts";
import { strongestExpectation } from "./strongest-expectation.ts";

export interface JudgeRequest {
  /** Undefined: the strongest model that the data admits. */
  readonly expectations: readonly Expectation[] | undefined;
  readonly insufficient?: readonly string[];
  /** Only checkers that decide one of these. */
  readonly models?: readonly Model[];
  /** For each checker. */
  readonly timeout?: Nanoseconds;
}

const now = (): Nanoseconds => performance.now() * MILLISECOND;

/** Judges one history with every checker of the registry that applies. */
export function judgeHistory(history: History, request: JudgeRequest): VerdictDocument {
  const began = now();
  const { timeout, models } = request;
  const expected =
    request.expectations === undefined
      ? strongestExpectation(history)
      : { expectations: request.expectations, unjudged: [] };
  const bounded = expected.expectations.flatMap(({ bound }) =>
    bound === undefined ? [] : boundedStaleness(bound),
  );
  const chosen = [...Object.values(checkers), ...bounded].filter(
    (checker) => models === undefined || checker.models.some((model) => models.includes(model)),
  );
  return judge(history, {
    checkers: chosen,
    ...(models === undefined ? {} : { asked: models }),
    expectations: expected.expectations,
    insufficient: [...(request.insufficient ?? []), ...expected.unjudged],
    budget: () =>
      timeout === undefined ? UNLIMITED : timeBudget(now, timeout, `--timeout ${formatDuration(timeout)}`),
    elapsedMs: () => (now() - began) / MILLISECOND,
  });
}
