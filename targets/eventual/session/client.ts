import type { Client } from "#core/client";
import { OPERATION_ERRORS, OperationError } from "#core/errors";
import type { Json } from "#core/json";
import type { OperationFunction } from "#core/functions";
import type { Invocation, ObjectType, Reply } from "#core/operation";
import type { ClientContext } from "#core/target";
import { MILLISECOND } from "#core/units";
import { bugOf } from "../bugs/planted.ts";
import { chooseDatatypes } from "../datatypes/choose.ts";
import type { Datatypes } from "../datatypes/datatypes.ts";
import type { EventualOptions, Settings } from "../options.ts";
import { settingsOf } from "../presets/presets.ts";
import type { Answer, ReadRequest, Refusal, Request, UpdateRequest } from "../protocol.ts";
import { inSameRegion } from "../regions.ts";
import type { SessionRules } from "../rules.ts";
import { askStatus } from "./ask-status.ts";
import { Cache } from "./cache.ts";
import { Connections } from "./connections.ts";
import { OwnWrites } from "./own-writes.ts";
import { hasLeader, Routing } from "./routing.ts";
import { SessionToken } from "./token.ts";
import { rememberedIn, type SessionMemory } from "./memory.ts";

/** Of an operation's time limit, how much asking one node for the leader may take: a paused node never answers. */
const DISCOVERY_SHARE = 1 / 5;

/** Between two attempts at one update. */
const RETRY_PAUSE = 20 * MILLISECOND;

/** What keys hold if nobody says: the type that has such an operation. */
const OBJECT_OF: Partial<Record<OperationFunction, ObjectType>> = {
  append: "list",
  add: "set",
  remove: "set",
  contains: "set",
  increment: "counter",
  insert: "text",
  erase: "text",
  transfer: "map",
  enqueue: "queue",
  dequeue: "queue",
  drain: "queue",
};

/**
 * One connection of an application's session, which outlives it. One operation is one request; what a node refuses is reported, not
 * tried elsewhere.
 */
export class EventualClient implements Client {
  readonly #context: ClientContext<EventualOptions>;
  readonly #settings: Settings;
  readonly #datatypes: Datatypes;
  readonly #rules: SessionRules;
  readonly #nodes: readonly string[];
  readonly #connections: Connections;
  readonly #memory: SessionMemory;
  #closed = false;

  constructor(context: ClientContext<EventualOptions>) {
    this.#context = context;
    this.#settings = settingsOf(context.options);
    const planted = bugOf(this.#settings);
    this.#rules = planted.rules.session;
    this.#datatypes = planted.datatypes(chooseDatatypes(this.#settings));
    this.#nodes = context.nodes.map(({ node }) => node);
    this.#connections = new Connections(context.runtime, context.nodes);
    this.#memory = rememberedIn(context.memory, () => ({
      routing: new Routing(this.#settings, this.#nodes, context.process, context.random),
      token: new SessionToken(this.#settings, this.#datatypes),
      cache: new Cache(this.#settings.cacheTtl * MILLISECOND, this.#rules),
      ownWrites: new OwnWrites(),
      contexts: new Map(),
      leader: undefined,
      lastNode: undefined,
      requests: 0,
    }));
  }

  async invoke(operation: Invocation): Promise<Reply> {
    const { f, key } = operation;
    if (key === undefined) throw new OperationError("rejected", `${f} needs a key`);
    const mayCache = f === "read" && operation.final !== true && operation.node === undefined;
    const asked = this.#context.runtime.now();
    const cached = mayCache ? this.#memory.cache.get(key, asked) : undefined;
    if (cached !== undefined) return cached;
    const reply =
      f !== "read" && this.#rules.retryUnknown && hasLeader(this.#settings)
        ? await this.#persist(operation, key)
        : await this.#attempt(operation, key);
    if (mayCache) this.#memory.cache.put(key, reply, asked, this.#context.runtime.now());
    else this.#memory.cache.forget(key);
    return reply;
  }

  close(): void {
    this.#closed = true;
    this.#connections.close();
  }

  async #attempt(operation: Invocation, key: string, id?: string): Promise<Reply> {
    const node = operation.node ?? (await this.#chooseNode(operation, key));
    const answer = await this.#ask(node, this.#requestOf(operation, key, this.#seen(key, node), id));
    return this.#learn(operation, key, node, answer);
  }

  /** Sends an update again under its name while nobody knows what became of it, until the engine gives it up. */
  async #persist(operation: Invocation, key: string): Promise<Reply> {
    const { process, runtime } = this.#context;
    const id = `${process}/${++this.#memory.requests}`;
    let unknown: OperationError | undefined;
    for (;;) {
      try {
        return await this.#attempt(operation, key, id);
      } catch (error) {
        if (!(error instanceof OperationError)) throw error;
        if (!OPERATION_ERRORS[error.code].definite) unknown = error;
        // Refused now, but an earlier attempt may have been carried out.
        if (unknown === undefined || this.#closed) throw unknown ?? error;
      }
      await runtime.sleep(RETRY_PAUSE);
      if (this.#closed && unknown !== undefined) throw unknown;
    }
  }

  async #chooseNode({ f, level }: Invocation, key: string): Promise<string> {
    if (!hasLeader(this.#settings)) return this.#memory.routing.choose(key);
    const strong =
      f !== "read" || level === "strong" || (level !== "local" && this.#settings.reads === "leader");
    if (strong) return this.#findLeader();
    return this.#memory.routing.chooseReader(
      this.#settings.reads === "follower" ? await this.#findLeader() : undefined,
    );
  }

  async #findLeader(): Promise<string> {
    const { random, runtime, timeout, nodes } = this.#context;
    if (this.#memory.leader !== undefined) return this.#memory.leader;
    for (const endpoint of random.shuffle(nodes)) {
      const status = await askStatus(runtime, endpoint, timeout * DISCOVERY_SHARE);
      if (typeof status === "string" || status.leader === null) continue;
      this.#memory.leader = status.leader;
      return status.leader;
    }
    throw new OperationError("no-leader", "no node knows a leader");
  }

  /** What goes along with a request, so that the answer fits what the session saw. */
  #seen(key: string, node: string): { readonly context?: Json; readonly after?: Json } {
    const moved = this.#memory.lastNode !== undefined && this.#memory.lastNode !== node;
    if (moved && !this.#rules.carryContext) return {};
    const context = this.#memory.contexts.get(key);
    const after = this.#settings.stampedReads ? this.#memory.token.value : undefined;
    return {
      ...(context === undefined ? {} : { context }),
      ...(after === undefined ? {} : { after }),
    };
  }

  /** Where several lead, waiting for what the session saw costs a local read no question to others. */
  #requestOf(
    operation: Invocation,
    key: string,
    seen: { readonly context?: Json; readonly after?: Json },
    id: string | undefined,
  ): ReadRequest | UpdateRequest {
    const { f, value, level } = operation;
    const object = objectOf(operation);
    const asked = level === undefined ? {} : { level };
    if (f !== "read") {
      const named = id === undefined ? {} : { id };
      return { op: "update", key, object, action: { f, value }, ...asked, ...seen, ...named };
    }
    const isFinal = operation.final === true;
    const local = isFinal || level === "local";
    const waits = !isFinal && (!local || this.#settings.replication === "multi-leader");
    const after = seen.after === undefined || !waits ? {} : { after: seen.after };
    return { op: "read", key, object, local, ...asked, ...after };
  }

  async #ask(node: string, request: Request): Promise<Answer> {
    try {
      await this.#travel(node);
      const response = (await this.#connections.request(node, request as unknown as Json)) as unknown;
      await this.#travel(node);
      if (typeof response === "object" && response !== null && "error" in response) {
        throw this.#refused(node, response as Refusal);
      }
      return response as Answer;
    } catch (error) {
      if (this.#memory.leader === node) this.#memory.leader = undefined;
      const isOwnFault = error instanceof OperationError && error.code === "rejected";
      if (!isOwnFault) this.#memory.routing.failed(node);
      throw error;
    }
  }

  /** The session lives beside its first home: other regions are far. */
  async #travel(node: string): Promise<void> {
    const { regionDelay } = this.#settings;
    const home = this.#nodes[this.#context.process % this.#nodes.length] ?? node;
    if (regionDelay > 0 && !inSameRegion(home, node))
      await this.#context.runtime.sleep(regionDelay * MILLISECOND);
  }

  #refused(node: string, { error, reason, leader }: Refusal): OperationError {
    if (this.#memory.leader === node) this.#memory.leader = leader;
    return new OperationError(error, `${node}: ${reason}`, { node });
  }

  /** Keeps what the answer tells of the key, and makes it what the application sees. */
  #learn(operation: Invocation, key: string, node: string, answer: Answer): Reply {
    const { f, value } = operation;
    const object = objectOf(operation);
    const datatype = this.#datatypes[object];
    if (operation.final !== true && operation.node === undefined) this.#memory.lastNode = node;
    if (answer.context !== undefined && datatype !== undefined) {
      const seen = this.#memory.contexts.get(key);
      const both = seen === undefined ? answer.context : datatype.mergeContexts?.(seen, answer.context);
      this.#memory.contexts.set(key, both ?? answer.context);
    }
    if (answer.token !== undefined) this.#memory.token.add(answer.token, key, object);
    if (f === "write") this.#memory.ownWrites.add(key, value, answer.context);
    let shown = answer.value;
    if (
      f === "read" &&
      this.#settings.ownWrites &&
      operation.final !== true &&
      datatype !== undefined &&
      object === "register"
    )
      shown = this.#memory.ownWrites.show(key, shown ?? null, answer.context, datatype);
    return {
      node,
      ...(shown === undefined ? {} : { value: shown }),
      ...(answer.result === undefined ? {} : { result: answer.result }),
      ...(answer.observed === undefined ? {} : { observed: answer.observed }),
      ...(answer.version === undefined ? {} : { version: answer.version }),
    };
  }
}

const objectOf = ({ f, object }: Invocation): ObjectType => object ?? OBJECT_OF[f] ?? "register";
