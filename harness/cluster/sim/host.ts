import type { NodeState } from "#core/cluster";
import { HarnessError, messageOf } from "#core/errors";
import type { Json } from "#core/json";
import type { Random } from "#core/random";
import type { NodeContext, NodeDisk, SimPlan, StoreNode } from "#core/store-node";
import { formatDuration, type Nanoseconds, SECOND } from "#core/units";
import { SimDisk } from "./disk.ts";
import type { SimNetwork } from "./network.ts";
import type { SimRuntime } from "./runtime.ts";

/** What a host needs of the world around it. */
export interface HostEnvironment {
  readonly runtime: SimRuntime;
  readonly network: SimNetwork;
  readonly plan: SimPlan;
  readonly nodes: readonly string[];
  readonly random: Random;
}

/** An open connection, as its host sees it. */
export interface ServerSession {
  /** The node died. */
  reset(): void;
}

/** Lines a node's log keeps: the latest. */
const LOG_LINES = 10_000;

/**
 * The machine a simulated node runs on. The disk stays; the node's process comes and goes with `start` and `kill`, and
 * stands still between `pause` and `resume`: what reaches it meanwhile waits.
 */
export class SimHost {
  readonly name: string;
  readonly sessions = new Set<ServerSession>();
  readonly #environment: HostEnvironment;
  readonly #disk = new SimDisk();
  readonly #log: string[] = [];
  #logged = 0;
  #incarnation = 0;
  #node: StoreNode | undefined;
  #paused = false;
  #waiting: (() => void)[] = [];

  constructor(name: string, environment: HostEnvironment) {
    this.name = name;
    this.#environment = environment;
  }

  /** Grows with every start. */
  get incarnation(): number {
    return this.#incarnation;
  }

  get state(): NodeState {
    return this.#node === undefined ? "stopped" : this.#paused ? "paused" : "running";
  }

  start(): void {
    if (this.#node !== undefined) return;
    this.#incarnation++;
    this.#write(`riftcheck: process ${this.#incarnation} started`);
    this.#guard(() => {
      this.#node = this.#environment.plan.createNode(this.#createContext(this.#incarnation));
    });
  }

  kill(): void {
    if (this.#node === undefined) return;
    this.#node = undefined;
    this.#paused = false;
    this.#waiting = [];
    this.#write(`riftcheck: process ${this.#incarnation} killed`);
    for (const session of this.sessions) session.reset();
    this.sessions.clear();
  }

  pause(): void {
    if (this.#node !== undefined) this.#paused = true;
  }

  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    const incarnation = this.#incarnation;
    for (const action of this.#waiting) {
      this.#environment.runtime.schedule(0, () => this.act(incarnation, action));
    }
    this.#waiting = [];
  }

  /** Lets the process of this incarnation do something: now, after `resume` if it is paused, never if it is dead. */
  act(incarnation: number, action: () => void): void {
    if (this.#node === undefined || incarnation !== this.#incarnation) return;
    if (this.#paused) this.#waiting.push(action);
    else this.#guard(action);
  }

  /** A message from another node arrived; a dead node's machine discards it. */
  receive(from: string, message: Json): void {
    const node = this.#node;
    if (node !== undefined) this.act(this.#incarnation, () => node.onMessage(from, message));
  }

  /** Hands a client's request to the process of this incarnation. */
  request(incarnation: number, message: Json, reply: (response: Json) => void): void {
    const node = this.#node;
    if (node !== undefined) this.act(incarnation, () => node.onRequest(message, reply));
  }

  /** The latest lines of the node's log. */
  logText(): string {
    const left = this.#logged - this.#log.length;
    const head = left === 0 ? [] : [`riftcheck: ${left} earlier lines left out`];
    return [...head, ...this.#log, ""].join("\n");
  }

  #createContext(incarnation: number): NodeContext {
    const { runtime, network, nodes, random } = this.#environment;
    return {
      node: this.name,
      peers: nodes.filter((node) => node !== this.name),
      random: random.fork(`${this.name}/${incarnation}`),
      now: () => runtime.now(),
      wallClock: () => runtime.now(),
      send: (to, message) => network.send(this.name, to, message),
      after: (ns, callback) => this.#after(incarnation, ns, callback),
      disk: this.#diskOf(incarnation),
      log: (line) => this.#write(line),
    };
  }

  #diskOf(incarnation: number): NodeDisk {
    const disk = this.#disk;
    return {
      get: (key) => disk.get(key),
      set: (key, value) => disk.set(key, value),
      remove: (key) => disk.remove(key),
      keys: () => disk.keys(),
      append: (log, entry) => disk.append(log, entry),
      read: (log) => disk.read(log),
      truncate: (log, length) => disk.truncate(log, length),
      sync: (done) => void this.#after(incarnation, 0, done),
    };
  }

  #after(incarnation: number, ns: Nanoseconds, callback: () => void): () => void {
    let pending = true;
    const fire = (): void => {
      if (!pending) return;
      pending = false;
      callback();
    };
    const event = this.#environment.runtime.schedule(ns, () => this.act(incarnation, fire));
    return () => {
      pending = false;
      event.callback = undefined;
    };
  }

  #guard(action: () => void): void {
    try {
      action();
    } catch (error) {
      const at = formatDuration(this.#environment.runtime.now());
      this.#write(
        `riftcheck: uncaught: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
      );
      throw new HarnessError("store-failed", `node ${this.name} threw at ${at}: ${messageOf(error)}`, {
        cause: error,
        hint: `the end of its log:\n${this.#log.slice(-20).join("\n")}`,
      });
    }
  }

  #write(line: string): void {
    this.#logged++;
    this.#log.push(`${(this.#environment.runtime.now() / SECOND).toFixed(6)} ${line}`);
    if (this.#log.length >= 2 * LOG_LINES) this.#log.splice(0, this.#log.length - LOG_LINES);
  }
}
