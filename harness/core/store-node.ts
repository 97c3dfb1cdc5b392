import type { LinkConditions } from "./cluster.ts";
import type { Distribution } from "./distribution.ts";
import type { Json } from "./json.ts";
import type { Random } from "./random.ts";
import type { Nanoseconds } from "./units.ts";

/**
 * The interface home-made stores are written against: one `StoreNode` per node, made of callbacks, that touches the
 * world only through its `NodeContext`. The same store runs in a simulation and over real sockets.
 */
export interface SimPlan {
  /** Makes one node, at first start and after every crash; what it remembers is on `context.disk`. */
  createNode(context: NodeContext): StoreNode;
  /** What differs from `LOCAL_NETWORK`. */
  readonly network?: Partial<NetworkOptions>;
  /** What differs on one link, such as one between regions. Clients, too, are an end of links: `CLIENTS`. */
  link?(from: string, to: string): Partial<NetworkOptions> | undefined;
  /** The node's clock before anybody touches it; left out: right. */
  clock?(node: string): ClockOptions;
  readonly disk?: DiskOptions;
}

/** How wrong a clock is by itself. */
export interface ClockOptions {
  /** How far its time of day is ahead at the start. */
  readonly ahead?: Nanoseconds;
  /** How fast it runs, monotonic clock and timers included; 1: right. */
  readonly rate?: number;
}

export interface DiskOptions {
  /** How long `sync` takes; left out: 0.1 ms and a tail of 0.2 ms, a fast disk. */
  readonly sync?: Distribution;
}

/** How messages between nodes travel. Every link draws from a random stream of its own. */
export interface NetworkOptions extends Pick<LinkConditions, "rate" | "reordering"> {
  /** One-way delay, if not `delayMin` and `delayTail`. */
  readonly delay?: Distribution;
  /** Least one-way delay. */
  readonly delayMin: Nanoseconds;
  /** Mean of the exponential tail on top of it. */
  readonly delayTail: Nanoseconds;
  /** Probability that a message is lost. */
  readonly loss: number;
  /** Probability that a message arrives twice. */
  readonly duplication: number;
  /** Whether the messages of one link arrive in the order they were sent, as over TCP; else they may overtake. */
  readonly ordered: boolean;
}

/** Half a millisecond on average and no loss: machines of one data centre. */
export const LOCAL_NETWORK: NetworkOptions = {
  delayMin: 200_000,
  delayTail: 300_000,
  loss: 0,
  duplication: 0,
  ordered: false,
};

/** All a home-made store may touch: no clock, timer, chance, disk or network but these. */
export interface NodeContext {
  readonly node: string;
  /** The other nodes of the cluster. */
  readonly peers: readonly string[];
  readonly random: Random;
  /** The node's own monotonic clock: differences mean something, comparing two nodes' clocks does not. */
  now(): Nanoseconds;
  /**
   * The time of day as this node's clock tells it, nanoseconds since a moment common to all nodes: may be ahead or behind,
   * run too fast or too slow, and jump, also backwards.
   */
  wallClock(): Nanoseconds;
  /** Sends a message to another node; it may be lost, delayed, doubled or overtaken. It must not be changed afterwards. */
  send(to: string, message: Json): void;
  /** Calls back once after `ns` unless the node crashed or the returned function was called. */
  after(ns: Nanoseconds, callback: () => void): () => void;
  readonly disk: NodeDisk;
  log(line: string): void;
}

/**
 * What outlives the node's process: killing the process loses nothing that was written, a loss of power everything that was
 * not synced. Reads see what was written last, synced or not.
 */
export interface NodeDisk {
  get(key: string): Json | undefined;
  set(key: string, value: Json): void;
  remove(key: string): void;
  /** Every key that has a value, oldest first. */
  keys(): readonly string[];
  append(log: string, entry: Json): void;
  /** A copy of the log's entries, oldest first; empty if there is no such log. */
  read(log: string): readonly Json[];
  /** Keeps the first `length` entries. */
  truncate(log: string, length: number): void;
  /** Calls back once all that was written so far outlives a loss of power. Never calls back if the process ends before. */
  sync(done: () => void): void;
}

/**
 * One node of a home-made store. Callbacks run one at a time and to their end, never while another runs; a store that
 * wants to continue later uses `after`. Whatever a callback throws ends the run.
 */
export interface StoreNode {
  onMessage(from: string, message: Json): void;
  /** A client's request; `reply` is called once, now or later. */
  onRequest(request: Json, reply: (response: Json) => void): void;
}
