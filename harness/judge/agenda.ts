import type { Checker, CheckResult } from "#core/checker";
import type { Model, ModelResult } from "#core/verdict";
import { ofPart, type Part } from "./levels.ts";

/** What decides whether and when a checker runs. */
export interface CheckerFacts
  extends Pick<Checker, "name" | "models" | "impliedBy" | "mostOperations" | "searches"> {
  /** Whether it has anything to say about the part. */
  readonly applies: boolean;
  /** The part of the history to be judged; `index`: of `partsOf`. */
  readonly part: Pick<Part, "level" | "about"> & { readonly index: number; readonly operations: number };
  /** Set where several threads can judge its keys. */
  readonly sharesKeys?: true;
  /** Set where it need not look: it goes by real time, which the history does not record. */
  readonly unfit?: string;
}

/** What one checker found in one part of a history. */
export interface Outcome extends CheckResult {
  readonly checker: string;
}

export interface AgendaOptions {
  /** Models to judge however long the history is. */
  readonly asked?: readonly Model[];
}

/** Checkers that may take long: those that search, and those that are spared where others find enough. */
export const isHeavy = ({ searches, impliedBy }: CheckerFacts): boolean =>
  searches === true || impliedBy !== undefined;

/**
 * Which checker to run next, on one thread or several. What is run at all depends on the outcomes alone and not on the order
 * in which they come: a checker waits for those before it in the registry that decide a model that would spare it.
 */
export class Agenda {
  readonly #checkers: readonly CheckerFacts[];
  readonly #options: AgendaOptions;
  readonly #begun = new Set<CheckerFacts>();
  /** `undefined`: spared. */
  readonly #outcomes = new Map<CheckerFacts, CheckResult | undefined>();

  /** `checkers`: in the order of the registry, part by part. */
  constructor(checkers: readonly CheckerFacts[], options: AgendaOptions = {}) {
    this.#checkers = checkers.filter(({ applies }) => applies);
    this.#options = options;
  }

  /**
   * The next checker to run; undefined if none can be run before others end. Cheap ones come first, so that a search that uses
   * up the budget costs nothing else; with `heavyFirst` the long ones, which other threads then have the cheap ones beside.
   */
  next({ heavyFirst }: { readonly heavyFirst: boolean }): CheckerFacts | undefined {
    this.#settle();
    const ready = this.#checkers.filter((checker) => !this.#begun.has(checker) && !this.#waits(checker));
    const chosen = ready.find((checker) => isHeavy(checker) === heavyFirst) ?? ready[0];
    if (chosen !== undefined) this.#begun.add(chosen);
    return chosen;
  }

  finish(checker: CheckerFacts, outcome: CheckResult): void {
    this.#outcomes.set(checker, ofPart(checker.part, outcome));
  }

  /** What was begun and has no outcome was begun in vain: it is to be run again. */
  giveBackUnfinished(): void {
    for (const checker of this.#begun) {
      if (!this.#outcomes.has(checker)) this.#begun.delete(checker);
    }
  }

  /** How many are neither begun nor spared. */
  get waiting(): number {
    return this.#checkers.length - this.#begun.size;
  }

  /** How many have no outcome and are not spared. */
  get unfinished(): number {
    return this.#checkers.length - this.#outcomes.size;
  }

  get isDone(): boolean {
    this.#settle();
    return this.#outcomes.size === this.#checkers.length;
  }

  /** In the order of the registry, whatever order they came in. */
  outcomes(): Outcome[] {
    return this.#checkers.flatMap((checker) => {
      const outcome = this.#outcomes.get(checker);
      return outcome === undefined ? [] : { ...outcome, checker: checker.name };
    });
  }

  /** Ends those that need not be run or are too long to be. In the order of the registry: one may spare a later one. */
  #settle(): void {
    for (const checker of this.#checkers) {
      if (this.#begun.has(checker) || this.#waits(checker)) continue;
      const isSpared = this.#isSpared(checker);
      const outcome = isSpared ? undefined : this.#withoutLooking(checker);
      if (!isSpared && outcome === undefined) continue;
      this.#begun.add(checker);
      this.#outcomes.set(checker, outcome === undefined ? undefined : ofPart(checker.part, outcome));
    }
  }

  #withoutLooking(checker: CheckerFacts): CheckResult | undefined {
    const { unfit, part } = checker;
    if (unfit !== undefined) return undecided(checker, "not-applicable", () => unfit);
    const isAsked = checker.models.some((model) => this.#options.asked?.includes(model));
    const most = isAsked ? undefined : checker.mostOperations;
    if (most === undefined || part.operations <= most) return undefined;
    const size = `${part.operations} operations are more than the ${most} judged unasked`;
    return undecided(checker, "unknown", (model) => `${size}: --model ${model} judges it`);
  }

  #before(checker: CheckerFacts): CheckerFacts[] {
    const before = this.#checkers.slice(0, this.#checkers.indexOf(checker));
    return before.filter(({ part }) => part.index === checker.part.index);
  }

  #waits(checker: CheckerFacts): boolean {
    const { impliedBy } = checker;
    if (impliedBy === undefined) return false;
    return this.#before(checker).some(
      (other) => !this.#outcomes.has(other) && other.models.some((model) => impliedBy.includes(model)),
    );
  }

  /** Whether everything that it decides follows from what was found before it. */
  #isSpared(checker: CheckerFacts): boolean {
    const results = this.#before(checker).flatMap((other) => this.#outcomes.get(other)?.results ?? []);
    return (checker.impliedBy ?? []).some((model) => {
      const found = results.filter((result) => result.model === model);
      return found.length > 0 && found.every(({ verdict }) => verdict === "satisfied");
    });
  }
}

/** The result of a checker that proved nothing. */
export function undecided(
  { models }: Pick<Checker, "models">,
  verdict: "unknown" | "not-applicable",
  reasonOf: (model: Model) => string,
): CheckResult {
  const results = models.map((model): ModelResult => ({ model, verdict, reason: reasonOf(model) }));
  return { results, anomalies: [], counts: {} };
}
