import type { NodeState } from "#core/cluster";
import { HarnessError, messageOf } from "#core/errors";
import type { Json } from "#core/json";
import type { Random } from "#core/random";
import { type Distribution, drawFrom } from "#core/distribution";
import type { NodeContext, NodeDisk, SimPlan, StoreNode } from "#core/store-node";
import { formatDuration, MICROSECOND, type Nanoseconds, SECOND } from "#core/units";
import { SimClock } from "./clock.ts";
import { type PowerLoss, SimDisk } from "./disk.ts";
import { storeFailed } from "../store-failure.ts";
import { shown } from "./freeze.ts";
import { NodeLoad } from "./load.ts";
import type { SimNetwork } from "./network.ts";
import { Processor } from "./processor.ts";
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

/** What `sync` takes unless the plan says otherwise. */
const SYNC: Distribution = { kind: "exponential", min: 100 * MICROSECOND, tail: 200 * MICROSECOND };

/**
 * The machine a simulated node runs on. Disk and clock stay; the node's process comes and goes with `start` and `kill`, and
 * stands still between `pause` and `resume`: what reaches it meanwhile waits.
 */
export class SimHost {
  readonly name: string;
  readonly sessions = new Set<ServerSession>();
  readonly #environment: HostEnvironment;
  readonly clock: SimClock;
  readonly processor: Processor;
  readonly load: NodeLoad;
  readonly #disk = new SimDisk();
  readonly #diskRandom: Random;
  readonly #log: string[] = [];
  #logged = 0;
  #incarnation = 0;
  #node: StoreNode | undefined;
  /** What the process is doing: shown if it throws. */
  #doing = "";
  #handled: Json | undefined;

  constructor(name: string, environment: HostEnvironment) {
    const { runtime, random, plan } = environment;
    this.name = name;
    this.#environment = environment;
    this.clock = new SimClock(() => runtime.now(), plan.clock?.(name));
    this.processor = new Processor(runtime, random.fork(`${name}/processor`), (action) =>
      this.#guard(action),
    );
    this.load = new NodeLoad(name, runtime);
    this.#diskRandom = random.fork(`${name}/disk`);
  }

  /** Grows with every start. */
  get incarnation(): number {
    return this.#incarnation;
  }

  get state(): NodeState {
    return this.#node === undefined ? "stopped" : this.processor.paused ? "paused" : "running";
  }

  start(): void {
    if (this.#node !== undefined) return;
    this.#incarnation++;
    this.#write(`riftcheck: process ${this.#incarnation} started`);
    this.#doing = "while it was made";
    this.#handled = undefined;
    this.#guard(() => {
      this.#node = this.#environment.plan.createNode(this.#createContext(this.#incarnation));
    });
  }

  kill(): void {
    if (this.#node !== undefined) this.#end("killed");
  }

  cutPower(): PowerLoss {
    if (this.#node !== undefined) this.#end("lost its power");
    const loss = this.#disk.losePower(this.#diskRandom);
    this.#write(`riftcheck: ${loss.lost} of ${loss.unsynced} unsynced writes are gone`);
    return loss;
  }

  pause(): void {
    if (this.#node !== undefined) this.processor.pause();
  }

  resume(): void {
    this.processor.resume();
  }

  /** A message from another node arrived; a dead node's machine discards it. */
  receive(from: string, message: Json): void {
    const node = this.#node;
    if (node === undefined) return;
    this.processor.submit(() => {
      this.#doing = `when it got the message below from ${from}`;
      this.#handled = message;
      node.onMessage(from, message);
    });
  }

  /** Hands a client's request to the process of this incarnation. */
  request(incarnation: number, message: Json, reply: (response: Json) => void): void {
    const node = this.#node;
    if (node === undefined || incarnation !== this.#incarnation) return;
    this.processor.submit(() => {
      this.#doing = "when it got the request below";
      this.#handled = message;
      node.onRequest(message, reply);
    });
  }

  /** The latest lines of the node's log. */
  logText(): string {
    const left = this.#logged - this.#log.length;
    const head = left === 0 ? [] : [`riftcheck: ${left} earlier lines left out`];
    return [...head, ...this.#log, ""].join("\n");
  }

  /** The end of the node's log, for errors. */
  logEnd(): string {
    return this.#log.slice(-20).join("\n");
  }

  #end(how: string): void {
    this.#node = undefined;
    this.processor.clear();
    this.#write(`riftcheck: process ${this.#incarnation} ${how}`);
    for (const session of this.sessions) session.reset();
    this.sessions.clear();
  }

  #createContext(incarnation: number): NodeContext {
    const { network, nodes, random } = this.#environment;
    return {
      node: this.name,
      peers: nodes.filter((node) => node !== this.name),
      random: random.fork(`${this.name}/${incarnation}`),
      now: () => this.clock.monotonic(),
      wallClock: () => this.clock.timeOfDay(),
      send: (to, message) => {
        this.load.sent(to, message);
        network.send(this.name, to, message);
      },
      after: (ns, callback) => {
        this.load.timer();
        return this.#after(incarnation, this.clock.trueDuration(ns), callback);
      },
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
      sync: (done) => this.#sync(incarnation, done),
    };
  }

  /** The disk does its part whether the process still runs or not. */
  #sync(incarnation: number, done: () => void): void {
    const { runtime, plan } = this.#environment;
    const count = this.#disk.written;
    this.load.timer();
    runtime.schedule(drawFrom(plan.disk?.sync ?? SYNC, this.#diskRandom), () => {
      this.#disk.synced(count);
      this.#act(incarnation, "when a sync was done", done);
    });
  }

  #after(incarnation: number, ns: Nanoseconds, callback: () => void): () => void {
    let pending = true;
    const fire = (): void => {
      if (!pending) return;
      pending = false;
      callback();
    };
    const event = this.#environment.runtime.schedule(ns, () =>
      this.#act(incarnation, "when a timer fired", fire),
    );
    return () => {
      pending = false;
      this.#environment.runtime.cancel(event);
    };
  }

  /** Lets the process of this incarnation do something, unless it is dead. */
  #act(incarnation: number, doing: string, action: () => void): void {
    if (this.#node === undefined || incarnation !== this.#incarnation) return;
    this.processor.submit(() => {
      this.#doing = doing;
      this.#handled = undefined;
      action();
    });
  }

  #guard(action: () => void): void {
    try {
      action();
    } catch (error) {
      if (error instanceof HarnessError && error.code === "store-failed") throw error;
      const at = formatDuration(this.#environment.runtime.now());
      this.#write(
        `riftcheck: uncaught: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
      );
      const handled = this.#handled === undefined ? undefined : shown(this.#handled);
      const failure = { message: messageOf(error), doing: this.#doing, handled };
      throw storeFailed(this.name, failure, { at, log: this.logEnd(), cause: error });
    }
  }

  #write(line: string): void {
    this.#logged++;
    this.#log.push(`${(this.#environment.runtime.now() / SECOND).toFixed(6)} ${line}`);
    if (this.#log.length >= 2 * LOG_LINES) this.#log.splice(0, this.#log.length - LOG_LINES);
  }
}
