import type { Client } from "#core/client";
import { OperationError } from "#core/errors";
import type { Json } from "#core/json";
import type { Invocation, ObjectType, OperationFunction, Reply } from "#core/operation";
import type { ClientContext } from "#core/target";
import { MILLISECOND } from "#core/units";
import { bugOf } from "../bugs/planted.ts";
import { chooseDatatypes } from "../datatypes/choose.ts";
import type { Datatypes } from "../datatypes/datatypes.ts";
import type { EventualOptions, Settings } from "../options.ts";
import { settingsOf } from "../presets/presets.ts";
import type { Answer, Refusal, Request } from "../protocol.ts";
import { inSameRegion } from "../regions.ts";
import type { SessionRules } from "../rules.ts";
import { askStatus } from "./ask-status.ts";
import { Cache } from "./cache.ts";
import { Connections } from "./connections.ts";
import { OwnWrites } from "./own-writes.ts";
import { hasLeader, Routing } from "./routing.ts";
import { SessionToken } from "./token.ts";

/** Of an operation's time limit, how much asking one node for the leader may take: a paused node never answers. */
const DISCOVERY_SHARE = 1 / 5;

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

/** One session of an application. One operation is one request; what a node refuses is reported, not tried elsewhere. */
export class EventualClient implements Client {
  readonly #context: ClientContext<EventualOptions>;
  readonly #settings: Settings;
  readonly #datatypes: Datatypes;
  readonly #rules: SessionRules;
  readonly #nodes: readonly string[];
  readonly #connections: Connections;
  readonly #routing: Routing;
  readonly #token: SessionToken;
  readonly #ownWrites = new OwnWrites();
  readonly #cache: Cache;
  /** By key: what this session saw of it. */
  readonly #contexts = new Map<string, Json>();
  #leader: string | undefined;
  #lastNode: string | undefined;

  constructor(context: ClientContext<EventualOptions>) {
    this.#context = context;
    this.#settings = settingsOf(context.options);
    const planted = bugOf(this.#settings);
    this.#rules = planted.rules.session;
    this.#datatypes = planted.datatypes(chooseDatatypes(this.#settings));
    this.#nodes = context.nodes.map(({ node }) => node);
    this.#connections = new Connections(context.runtime, context.nodes);
    this.#routing = new Routing(this.#settings, this.#nodes, context.process, context.random);
    this.#token = new SessionToken(this.#settings, this.#datatypes);
    this.#cache = new Cache(this.#settings.cacheTtl * MILLISECOND, this.#rules);
  }

  async invoke(operation: Invocation): Promise<Reply> {
    const { f, key } = operation;
    if (key === undefined) throw new OperationError("rejected", `${f} needs a key`);
    const mayCache = f === "read" && operation.final !== true && operation.node === undefined;
    const asked = this.#context.runtime.now();
    const cached = mayCache ? this.#cache.get(key, asked) : undefined;
    if (cached !== undefined) return cached;
    const node = operation.node ?? (await this.#chooseNode(operation, key));
    const answer = await this.#ask(node, requestOf(operation, key, this.#seen(key, node)));
    const reply = this.#learn(operation, key, node, answer);
    if (mayCache) this.#cache.put(key, reply, asked, this.#context.runtime.now());
    else this.#cache.forget(key);
    return reply;
  }

  close(): void {
    this.#connections.close();
  }

  async #chooseNode({ f, level }: Invocation, key: string): Promise<string> {
    if (!hasLeader(this.#settings)) return this.#routing.choose(key);
    const strong =
      f !== "read" || level === "strong" || (level !== "local" && this.#settings.reads === "leader");
    if (strong) return this.#findLeader();
    return this.#routing.chooseReader(
      this.#settings.reads === "follower" ? await this.#findLeader() : undefined,
    );
  }

  async #findLeader(): Promise<string> {
    const { random, runtime, timeout, nodes } = this.#context;
    if (this.#leader !== undefined) return this.#leader;
    for (const endpoint of random.shuffle(nodes)) {
      const status = await askStatus(runtime, endpoint, timeout * DISCOVERY_SHARE);
      if (typeof status === "string" || status.leader === null) continue;
      this.#leader = status.leader;
      return status.leader;
    }
    throw new OperationError("no-leader", "no node knows a leader");
  }

  /** What goes along with a request, so that the answer fits what the session saw. */
  #seen(key: string, node: string): { readonly context?: Json; readonly after?: Json } {
    const moved = this.#lastNode !== undefined && this.#lastNode !== node;
    if (moved && !this.#rules.carryContext) return {};
    const context = this.#contexts.get(key);
    const after = this.#settings.stampedReads ? this.#token.value : undefined;
    return {
      ...(context === undefined ? {} : { context }),
      ...(after === undefined ? {} : { after }),
    };
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
      if (this.#leader === node) this.#leader = undefined;
      this.#routing.failed(node);
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
    if (this.#leader === node) this.#leader = leader;
    return new OperationError(error, `${node}: ${reason}`, { node });
  }

  /** Keeps what the answer tells of the key, and makes it what the application sees. */
  #learn(operation: Invocation, key: string, node: string, answer: Answer): Reply {
    const { f, value } = operation;
    const object = objectOf(operation);
    const datatype = this.#datatypes[object];
    if (operation.final !== true && operation.node === undefined) this.#lastNode = node;
    if (answer.context !== undefined && datatype !== undefined) {
      const seen = this.#contexts.get(key);
      const both = seen === undefined ? answer.context : datatype.mergeContexts?.(seen, answer.context);
      this.#contexts.set(key, both ?? answer.context);
    }
    if (answer.token !== undefined) this.#token.add(answer.token, key, object);
    if (f === "write") this.#ownWrites.add(key, value, answer.context);
    let shown = answer.value;
    if (
      f === "read" &&
      this.#settings.ownWrites &&
      operation.final !== true &&
      datatype !== undefined &&
      object === "register"
    )
      shown = this.#ownWrites.show(key, shown ?? null, answer.context, datatype);
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

function requestOf(
  operation: Invocation,
  key: string,
  seen: { readonly context?: Json; readonly after?: Json },
): Request {
  const { f, value, level } = operation;
  const object = objectOf(operation);
  const asked = level === undefined ? {} : { level };
  if (f === "read") {
    const local = operation.final === true || level === "local";
    const after = local || seen.after === undefined ? {} : { after: seen.after };
    return { op: "read", key, object, local, ...asked, ...after };
  }
  return { op: "update", key, object, action: { f, value }, ...asked, ...seen };
}
