import type { LeaderRules } from "../../rules.ts";
import type { OpenRequest } from "./open-request.ts";
import type { Position } from "./position.ts";
import type { ReplicatedLog } from "./replicated-log.ts";

interface Wait {
  readonly token: Position;
  readonly open: OpenRequest;
  /** Carries on once the node has it. */
  readonly proceed: () => void;
}

const LOST = {
  error: "unavailable",
  reason: "what the session saw was lost when the leader changed",
} as const;

/** Lets requests wait until the node has applied what their session saw elsewhere. */
export class TokenWaits {
  readonly #log: ReplicatedLog;
  readonly #rules: LeaderRules;
  #waits: Wait[] = [];

  constructor(log: ReplicatedLog, rules: LeaderRules) {
    this.#log = log;
    this.#rules = rules;
  }

  /** Carries on as soon as the node has the token's entry, at once if it has; refuses if that is gone. */
  add(wait: Wait, applied: number): void {
    this.#waits.push(wait);
    this.check(applied);
  }

  /** The node has applied entries up to `applied`, or has other entries than before. */
  check(applied: number): void {
    if (this.#waits.length === 0) return;
    const waits = this.#waits.filter(({ open }) => open.isOpen);
    const ready = waits.filter(({ token }) => this.#has(token, applied));
    const lost = waits.filter((wait) => !ready.includes(wait) && this.#isLost(wait.token));
    this.#waits = waits.filter((wait) => !ready.includes(wait) && !lost.includes(wait));
    for (const { open } of lost) open.settle(LOST);
    for (const { proceed } of ready) proceed();
  }

  #has({ term, index }: Position, applied: number): boolean {
    return index <= applied && (!this.#rules.compareTokenTerms || this.#log.termAt(index) === term);
  }

  /** An entry of a later term stands where the token's was, or would have to stand. */
  #isLost({ term, index }: Position): boolean {
    if (!this.#rules.compareTokenTerms) return false;
    return this.#log.termAt(Math.min(index, this.#log.lastIndex)) > term;
  }
}
