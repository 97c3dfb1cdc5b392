import type { Generator, GeneratorContext, Next } from "#core/generator";
import type { Invocation, Reply } from "#core/operation";
import { MILLISECOND, type Nanoseconds } from "#core/units";

/** What became of a visit's last operation; undefined after a wait. */
export interface StepOutcome {
  readonly outcome: "ok" | "fail" | "info";
  readonly reply: Reply | undefined;
}

/** One operation after another of one session, each chosen when it is known what became of the last. */
export type Visit = Iterator<Invocation | { readonly wait: Nanoseconds }, void, StepOutcome | undefined>;

interface OpenVisit {
  readonly visit: Visit;
  asked: Invocation | undefined;
  outcome: StepOutcome | undefined;
}

/** How long a worker waits that found nothing to do. */
const NOTHING_TO_DO = MILLISECOND;

/**
 * Every worker goes from visit to visit: `begin` starts its next one. An indefinite operation ends the visit with its process.
 */
export function visits(begin: (context: GeneratorContext) => Visit): Generator {
  const open = new Map<number, OpenVisit>();
  const step = (current: OpenVisit, process: number): Next => {
    const { outcome } = current;
    current.outcome = undefined;
    const { done, value } = current.visit.next(outcome);
    if (done === true) {
      open.delete(process);
      return undefined;
    }
    current.asked = "wait" in value ? undefined : value;
    return value;
  };
  return {
    next: (context) => {
      const { process } = context;
      const current = open.get(process);
      const next = current === undefined ? undefined : step(current, process);
      if (next !== undefined) return next;
      const fresh: OpenVisit = { visit: begin(context), asked: undefined, outcome: undefined };
      open.set(process, fresh);
      return step(fresh, process) ?? { wait: NOTHING_TO_DO };
    },
    completed: (process, operation, outcome, reply) => {
      const current = open.get(process);
      if (current === undefined || current.asked !== operation) return;
      if (outcome === "info") open.delete(process);
      else current.outcome = { outcome, reply };
    },
  };
}

/** What a step was answered, if it succeeded. */
export const answerOf = (outcome: StepOutcome | undefined): Reply | undefined =>
  outcome?.outcome === "ok" ? (outcome.reply ?? {}) : undefined;
