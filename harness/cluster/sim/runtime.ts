import { assert, OperationError } from "#core/errors";
import type { Random } from "#core/random";
import type { Connection, Endpoint, Runtime } from "#core/runtime";
import type { Nanoseconds } from "#core/units";
import { EventQueue, type SimEvent } from "./event-queue.ts";

/** Opens connections for clients: the simulated cluster. */
export type Connector = (endpoint: Endpoint) => Promise<Connection>;

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

  constructor(random: Random) {
    this.random = random;
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
    return () => {
      event.callback = undefined;
    };
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

  /** As `after`, for callbacks that resolve no promise; to cancel, clear the event's callback. */
  schedule(ns: Nanoseconds, callback: () => void): SimEvent {
    assert(ns >= 0, `cannot schedule ${ns} ns ahead`);
    return this.#queue.push(this.#now + Math.round(ns), callback);
  }

  /** Says that the event under way resolves promises, whose continuations must run before the next event. */
  wake(): void {
    this.#woken = true;
  }

  /** Runs the next event. `woken`: let promise continuations run before the next step. */
  step(): "empty" | "quiet" | "woken" {
    const event = this.#queue.pop();
    if (event === undefined) return "empty";
    const callback = event.callback;
    if (callback === undefined) return "quiet";
    this.#now = event.time;
    this.#woken = false;
    event.callback = undefined;
    callback();
    return this.#woken ? "woken" : "quiet";
  }
}
