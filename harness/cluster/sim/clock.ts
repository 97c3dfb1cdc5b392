import type { ClockOptions } from "#core/store-node";
import type { Nanoseconds } from "#core/units";

/**
 * The clocks of one simulated machine. Both run at the machine's own rate; the time of day can be set besides, which the
 * monotonic clock does not notice.
 */
export class SimClock {
  readonly #now: () => Nanoseconds;
  readonly #natural: Required<ClockOptions>;
  #rate: number;
  /** True time since which the rate holds, and what the monotonic clock showed then. */
  #since: Nanoseconds = 0;
  #monotonicThen: Nanoseconds = 0;
  /** Time of day less monotonic time. */
  #offset: Nanoseconds;

  /** @param now true time */
  constructor(now: () => Nanoseconds, { ahead = 0, rate = 1 }: ClockOptions = {}) {
    this.#now = now;
    this.#natural = { ahead, rate };
    this.#rate = rate;
    this.#offset = ahead;
  }

  monotonic(): Nanoseconds {
    return this.#monotonicThen + Math.round((this.#now() - this.#since) * this.#rate);
  }

  timeOfDay(): Nanoseconds {
    return this.monotonic() + this.#offset;
  }

  /** How long in true time until the machine's clock has moved on by `ns`; a later change of rate is not foreseen. */
  trueDuration(ns: Nanoseconds): Nanoseconds {
    return ns / this.#rate;
  }

  jump(by: Nanoseconds): void {
    this.#offset += Math.round(by);
  }

  setRate(rate: number): void {
    this.#monotonicThen = this.monotonic();
    this.#since = this.#now();
    this.#rate = rate;
  }

  /** As if nobody had touched it; the monotonic clock goes on from where it is. */
  reset(): void {
    const { ahead, rate } = this.#natural;
    this.setRate(rate);
    this.#offset = ahead + Math.round(this.#now() * rate) - this.#monotonicThen;
  }
}
