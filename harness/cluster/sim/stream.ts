import type { Json } from "#core/json";
import { MILLISECOND, type Nanoseconds } from "#core/units";
import { drawFlight, drawRepeats, holderOf, type SimLink } from "./link.ts";
import type { SimRuntime } from "./runtime.ts";

/** TCP sends again after this time at the earliest, and waits twice as long each time (RFC 6298; Linux's least). */
const FIRST_RETRANSMISSION = 200 * MILLISECOND;

/**
 * One direction of a connection between a client and a node: everything arrives, in order, chance can only make it late. A
 * blocked link breaks it for good and in silence: what is sent or due meanwhile is lost, and so is all that follows, as if a
 * firewall had forgotten the connection. Only a new connection gets through after the link is free again.
 */
export class SimStream {
  readonly #runtime: SimRuntime;
  readonly #link: SimLink;
  #lastArrival: Nanoseconds = 0;
  #broken = false;

  constructor(runtime: SimRuntime, link: SimLink) {
    this.#runtime = runtime;
    this.#link = link;
  }

  /** @param message what is carried, for its size. @param arrive runs when it arrives, if it does */
  carry(message: Json, arrive: () => void): void {
    const holder = holderOf(this.#link);
    if (this.#isCut()) return;
    if (holder !== undefined) {
      holder.hold(() => this.carry(message, arrive));
      return;
    }
    const now = this.#runtime.now();
    const flight = this.#drawFlight(message, now);
    this.#lastArrival = Math.max(this.#lastArrival, now + flight);
    this.#runtime.schedule(this.#lastArrival - now, () => {
      if (!this.#isCut()) arrive();
    });
  }

  #isCut(): boolean {
    if (this.#link.blocks > 0) {
      this.#link.dropped++;
      this.#broken = true;
    }
    return this.#broken;
  }

  #drawFlight(message: Json, now: Nanoseconds): Nanoseconds {
    const repeats = drawRepeats(this.#link);
    const late = repeats === 0 ? 0 : FIRST_RETRANSMISSION * (2 ** repeats - 1);
    return late + (drawFlight(this.#link, message, now) ?? FIRST_RETRANSMISSION);
  }
}
