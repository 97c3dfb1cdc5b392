import { assert } from "#core/errors";
import type { Json } from "#core/json";
import type { NodeContext } from "#core/store-node";
import { Random } from "#core/random";
import { MILLISECOND, type Nanoseconds } from "#core/units";
import { SimDisk } from "../../../harness/cluster/sim/disk.ts";
import { EventualNode } from "../node.ts";
import { type EventualOptions, optionsSchema, type Settings } from "../options.ts";
import { settingsOf } from "../presets/presets.ts";
import type { Answer, Refusal, Request, UpdateRequest } from "../protocol.ts";

const FLIGHT = MILLISECOND;
const NAMES = ["n1", "n2", "n3"] as const;
export type Name = (typeof NAMES)[number];

interface Timer {
  readonly at: Nanoseconds;
  readonly order: number;
  readonly node: string;
  readonly callback: () => void;
}

interface TinyNetwork {
  /** How long each message takes. */
  readonly flight?: Nanoseconds;
  /** How often each message arrives. */
  readonly copies?: number;
}

/** Three nodes in one thread. Messages take a millisecond, and a test cuts links, restarts nodes and lets time pass. */
export class TinyCluster {
  /** Messages between nodes so far. */
  sent = 0;
  readonly #settings: Settings;
  readonly #network: Required<TinyNetwork>;
  readonly #disks = new Map(NAMES.map((name) => [name as string, new SimDisk()]));
  readonly #nodes = new Map<string, EventualNode>();
  readonly #cut = new Set<string>();
  #timers: Timer[] = [];
  #now = 0;
  #order = 0;

  constructor(options: Partial<EventualOptions>, network: TinyNetwork = {}) {
    this.#network = { flight: FLIGHT, copies: 1, ...network };
    this.#settings = settingsOf(optionsSchema.parse(options));
    for (const name of NAMES) this.restart(name);
  }

  /** The node's process ends and another one begins with its disk. What is on its way to it arrives all the same. */
  restart(name: Name): void {
    this.#timers = this.#timers.filter(({ node }) => node !== name);
    this.#nodes.set(name, new EventualNode(this.#contextOf(name), this.#settings));
  }

  /** Nothing passes between the node and the others until it is joined again. */
  isolate(name: Name): void {
    this.#cut.add(name);
  }

  join(name: Name): void {
    this.#cut.delete(name);
  }

  /** Asks a node whose answer nobody waits for. */
  begin(name: Name, request: Request): void {
    this.#nodes.get(name)!.onRequest(request as unknown as Json, () => undefined);
  }

  /** Asks a node, and lets time pass until it answers. */
  ask(name: Name, request: Request): Answer | Refusal {
    const replies: Json[] = [];
    this.#nodes.get(name)!.onRequest(request as unknown as Json, (reply) => replies.push(reply));
    for (let step = 0; step < 2_000 && replies.length === 0; step++) this.wait(MILLISECOND);
    assert(replies.length === 1, `${name} gave ${replies.length} answers`);
    return replies[0] as unknown as Answer | Refusal;
  }

  write(name: Name, value: Json, more: Partial<UpdateRequest> = {}): Answer | Refusal {
    return this.ask(name, {
      op: "update",
      key: "x",
      object: "register",
      action: { f: "write", value },
      ...more,
    });
  }

  read(
    name: Name,
    more: { readonly local?: boolean; readonly key?: string; readonly after?: Json } = {},
  ): Json | string {
    const answer = this.ask(name, { op: "read", key: "x", object: "register", local: false, ...more });
    return "error" in answer ? answer.error : (answer.value ?? null);
  }

  /** What each node has of a key by itself. */
  copies(key = "x"): readonly Json[] {
    return NAMES.map((name) => this.read(name, { local: true, key }));
  }

  wait(ns: Nanoseconds): void {
    const end = this.#now + ns;
    for (;;) {
      this.#timers.sort((a, b) => a.at - b.at || a.order - b.order);
      const next = this.#timers[0];
      if (next === undefined || next.at > end) break;
      this.#timers.shift();
      this.#now = next.at;
      next.callback();
    }
    this.#now = end;
  }

  #contextOf(node: string): NodeContext {
    return {
      node,
      peers: NAMES.filter((other) => other !== node),
      random: new Random(`${node} ${this.#order}`),
      now: () => this.#now,
      wallClock: () => this.#now,
      send: (to, message) => {
        if (this.#cut.has(node) || this.#cut.has(to)) return;
        this.sent++;
        for (let copy = 0; copy < this.#network.copies; copy++) {
          this.#after(this.#network.flight, "", () => {
            if (!this.#cut.has(node) && !this.#cut.has(to)) this.#nodes.get(to)!.onMessage(node, message);
          });
        }
      },
      after: (ns, callback) => this.#after(ns, node, callback),
      disk: this.#disks.get(node)!,
      log: () => undefined,
    };
  }

  #after(ns: Nanoseconds, node: string, callback: () => void): () => void {
    const timer = { at: this.#now + ns, order: ++this.#order, node, callback };
    this.#timers.push(timer);
    return () => (this.#timers = this.#timers.filter((other) => other !== timer));
  }
}
