import { timeBudget, UNLIMITED } from "#core/budget";
import { FLAG, type History, STATUS } from "#core/history";
import type { VerdictDocument } from "#core/run";
import { formatDuration, MILLISECOND, type Nanoseconds } from "#core/units";
import type { Expectation, Model } from "#core/verdict";
import { checkers } from "../../checkers/registry.ts";
import { judge } from "../judge/judge.ts";

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
  const chosen = Object.values(checkers).filter(
    (checker) => models === undefined || checker.models.some((model) => models.includes(model)),
  );
  return judge(history, {
    checkers: chosen,
    ...(models === undefined ? {} : { asked: models }),
    expectations: request.expectations ?? strongestExpectation(history),
    insufficient: request.insufficient ?? [],
    budget: () =>
      timeout === undefined ? UNLIMITED : timeBudget(now, timeout, `--timeout ${formatDuration(timeout)}`),
    elapsedMs: () => (now() - began) / MILLISECOND,
  });
}

/** Without a claim, the strongest promise that the kinds of data in the history can break. */
export function strongestExpectation(history: History): Expectation[] {
  const reason = "the strongest model that the data admits; say --expect to choose another";
  const types = new Set(history.keys.map((_, keyId) => history.objectOf(keyId).type));
  const expectations: Expectation[] = [];
  if (types.has("register")) expectations.push({ model: "linearizable", is: "holds", reason });
  if (types.has("set") && hasFinalReads(history))
    expectations.push({ model: "no-lost-writes", is: "holds", reason });
  return expectations;
}

function hasFinalReads(history: History): boolean {
  return history.flags.some((flags, row) => (flags & FLAG.final) !== 0 && history.status[row] === STATUS.ok);
}
