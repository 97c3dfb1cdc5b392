import type { HarnessHealth } from "#core/run";
import type { Runtime } from "#core/runtime";
import { MILLISECOND, type Nanoseconds } from "#core/units";

const PERIOD = 10 * MILLISECOND;
/** A gap this long is visible in latencies: it is reported as a stall of the harness. */
const STALL = 50 * MILLISECOND;
const MAX_STALLS = 200;

/** Measures how late the harness's own timers fire, so that its hiccups are not blamed on the store. */
export class LoopLagMonitor implements Disposable {
  readonly #runtime: Runtime;
  readonly #lags: number[] = [];
  readonly #stalls: { at: Nanoseconds; for: Nanoseconds }[] = [];
  #cancel: (() => void) | undefined;

  constructor(runtime: Runtime) {
    this.#runtime = runtime;
    if (!runtime.virtual) this.#arm();
  }

  health(arrivalsDropped: number): HarnessHealth {
    const sorted = Float64Array.from(this.#lags).sort();
    const at = (quantile: number): number => sorted[Math.floor(quantile * (sorted.length - 1))] ?? 0;
    return { loopLag: { p50: at(0.5), p99: at(0.99), max: at(1) }, stalls: this.#stalls, arrivalsDropped };
  }

  [Symbol.dispose](): void {
    this.#cancel?.();
  }

  #arm(): void {
    const due = this.#runtime.now() + PERIOD;
    this.#cancel = this.#runtime.after(PERIOD, () => {
      const lag = Math.max(0, this.#runtime.now() - due);
      this.#lags.push(lag);
      if (lag > STALL && this.#stalls.length < MAX_STALLS) this.#stalls.push({ at: due, for: lag });
      this.#arm();
    });
  }
}
