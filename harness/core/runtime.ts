import type { Json } from "./json.ts";
import type { Random } from "./random.ts";
import type { Nanoseconds } from "./units.ts";

/**
 * Time, chance and connections. Engine, generators, nemeses and clients use nothing else, so the same code runs in real
 * time against containers and in virtual time against a simulated cluster.
 */
export interface Runtime {
  /** Whether time is simulated: then nothing may touch real timers, sockets or files in between. */
  readonly virtual: boolean;
  readonly random: Random;
  /** Time since the start of the run, from one monotonic clock. */
  now(): Nanoseconds;
  /** Resolves after `ns`, or at once when `signal` aborts (never rejects: look at the signal). */
  sleep(ns: Nanoseconds, signal?: AbortSignal): Promise<void>;
  /** Calls back once after `ns`. The returned function cancels; cancelling twice is harmless. */
  after(ns: Nanoseconds, callback: () => void): () => void;
  /** Opens a message connection to a node of a home-made store. @throws OperationError `connection-refused` */
  connect(endpoint: Endpoint): Promise<Connection>;
}

/** Where clients reach a node. `host` and `ports` are empty in a simulation, where the name says it all. */
export interface Endpoint {
  readonly node: string;
  readonly host: string;
  /** Port by purpose (`client`, `sentinel`, …). */
  readonly ports: Readonly<Record<string, number>>;
}

/** A connection to a home-made store: requests are answered one by one, in order. */
export interface Connection {
  /** @throws OperationError `connection-lost` if the connection breaks before the reply, `not-connected` if it had. */
  request(message: Json): Promise<Json>;
  close(): void;
}
