import type { Nanoseconds } from "#core/units";
import type { Expectation, Model } from "#core/verdict";

/** What a verdict needs besides what the checkers found. */
export interface Conclusion {
  readonly expectations: readonly Expectation[];
  /** Reasons why even a history without anomaly proves nothing. */
  readonly insufficient: readonly string[];
  /** Models that were judged and no others; undefined: all. */
  readonly asked?: readonly Model[] | undefined;
  /** Convergence delay that triage accepts; undefined: the default. */
  readonly acceptableDelay?: Nanoseconds | undefined;
  /** When the judging began, by `wallClock`. */
  readonly began: number;
}

/** Milliseconds by a clock that all threads of the process share. */
export const wallClock = (): number => performance.timeOrigin + performance.now();
