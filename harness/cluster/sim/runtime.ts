import { assert, HarnessError, OperationError } from "#core/errors";
import type { Random } from "#core/random";
import type { Connection, Endpoint, Runtime } from "#core/runtime";
import { formatDuration, type Nanoseconds, SECOND } from "#core/units";
import { EventQueue, type SimEvent } from "./event-queue.ts";

/** Opens connections for clients: the simulated cluster. */
export type Connector = (endpoint: Endpoint) => Promise<Connection>;

/** What no simulation comes near unless messages or timers beget others without end. */
export interface FloodLimits {
  /** Events within one second of virtual time. */
  readonly eventsPerSecond: number;
  /** Events scheduled and not yet due. */
  readonly pending: number;
}

const FLOOD_LIMITS: FloodLimits = { eventsPerSecond: 3_000_000, pending: 1_000_000 };

/**
 * `Runtime` in virtual time: a queue of events and a clock that jumps from one to the next. Nothing happens until
 * `runVirtual` drives it. Same random source and same calls: same events in the same order.
 */
export class SimRuntime implements Runtime {
  readonly virtual = true;
  readonly random: Random;
  readonly #queue = new EventQueue();
  #now: Nanoseconds = 0;
  #woken = false;
  #connector: Connector | undefined;
  readonly #limits: FloodLimits;
  #explain: () => string = () => "";
  #second = 0;
  #eventsThisSecond = 0;

  constructor(random: Random, limits: FloodLimits = FLOOD_LIMITS) {
    this.random = random;
    this.#limits = limits;
  }

  now(): Nanoseconds {
    return this.#now;
  }

  sleep(ns: Nanoseconds, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted === true) return Promise.resolve();
    return new Promise((resolve) => {
      const end = (): void => {
        cancel();
        signal?.removeEventListener("abort", end);
        this.wake();
        resolve();
      };
      const cancel = this.after(ns, end);
      signal?.addEventListener("abort", end);
    });
  }

  after(ns: Nanoseconds, callback: () => void): () => void {
    const event = this.schedule(ns, () => {
      this.wake();
      callback();
    });
    return () => this.cancel(event);
  }

  async connect(endpoint: Endpoint): Promise<Connection> {
    if (this.#connector === undefined) {
      throw new OperationError("connection-refused", "there is no simulated cluster", {
        node: endpoint.node,
      });
    }
    return this.#connector(endpoint);
  }

  /** Names who answers `connect`. */
  serve(connector: Connector | undefined): void {
    this.#connector = connector;
  }

  /** Names who says, in a sentence, which nodes cause the most events. */
  explainFlood(explain: () => string): void {
    this.#explain = explain;
  }

  /** The second of virtual time that events are counted in: grows. */
  get second(): number {
    return this.#second;
  }

  /** The event will not happen. Harmless if it has happened. */
  cancel(event: SimEvent): void {
    this.#queue.cancel(event);
  }

  /** As `after`, for callbacks that resolve no promise; to be cancelled by `cancel`. @throws HarnessError `store-failed` */
  schedule(ns: Nanoseconds, callback: () => void): SimEvent {
    if (this.#queue.size >= this.#limits.pending) throw this.#flood(`${this.#queue.size} events are pending`);
    assert(ns >= 0, `cannot schedule ${ns} ns ahead`);
    return this.#queue.push(this.#now + Math.round(ns), callback);
  }

  /** Says that the event under way resolves promises, whose continuations must run before the next event. */
  wake(): void {
    this.#woken = true;
  }

  /** Runs the next event, and throws what it throws, or HarnessError `store-failed`. `woken`: let promise continuations run before the next step. */
  step(): "empty" | "quiet" | "woken" {
    const event = this.#queue.pop();
    if (event === undefined) return "empty";
    const callback = event.callback;
    if (callback === undefined) return "quiet";
    this.#now = event.time;
    this.#count();
    this.#woken = false;
    event.callback = undefined;
    callback();
    return this.#woken ? "woken" : "quiet";
  }

  #count(): void {
    const second = Math.floor(this.#now / SECOND);
    if (second !== this.#second) {
      this.#second = second;
      this.#eventsThisSecond = 0;
    }
    if (++this.#eventsThisSecond > this.#limits.eventsPerSecond)
      throw this.#flood(`${this.#limits.eventsPerSecond} events within a second of virtual time`);
  }

  #flood(what: string): HarnessError {
    const text = `the nodes flood the simulation at ${formatDuration(this.#now)}: ${what}`;
    return new HarnessError("store-failed", text, { hint: this.#explain() });
  }
}
