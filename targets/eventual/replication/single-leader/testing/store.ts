import type { Client } from "#core/client";
import { OperationError } from "#core/errors";
import type { Json } from "#core/json";
import type { Invocation, ObjectType, Reply } from "#core/operation";
import type { Connection, Endpoint, Runtime } from "#core/runtime";
import type { SimPlan } from "#core/store-node";
import type { ClientContext } from "#core/target";
import { MILLISECOND, SECOND } from "#core/units";
import { Durability } from "../../../durability.ts";
import type { Settings } from "../../../options.ts";
import type { Answer, ReadRequest, Refusal, Request, Status, UpdateRequest } from "../../../protocol.ts";
import { correctRules, type Rules } from "../../../rules.ts";
import { SingleLeader } from "../single-leader.ts";
import { plainTypes } from "./plain-types.ts";

/** Nothing but this replication as a store, for simulated clusters. `rules`: those of a planted bug. */
export function planOf(settings: Settings, rules: Rules = correctRules): SimPlan {
  return {
    createNode: (context) => {
      const durability = new Durability(context.disk, rules.storage.waitForSync);
      const store = new SingleLeader({ context, settings, datatypes: plainTypes, rules, durability });
      return {
        onMessage: (from, message) => store.onMessage(from, message),
        onRequest: (json, reply) => {
          const request = json as unknown as Request;
          if (request.op === "status") reply(store.status() as unknown as Json);
          else if (request.op === "read")
            store.read(request as ReadRequest, (response) => reply(response as unknown as Json));
          else store.update(request as UpdateRequest, (response) => reply(response as unknown as Json));
        },
      };
    },
  };
}

/** Attempts after the first, and how far apart: they end within an operation's time limit. */
const RETRIES = 8;
const RETRY_PAUSE = 150 * MILLISECOND;

/** What sessions saw, by process: a session goes on with a new client after an operation was given up. */
export type Tokens = Map<number, Json>;

/** One session that stays with the leader it knows. `retries`: it sends an update again whose outcome it does not know. */
export class StoreClient implements Client {
  readonly #context: ClientContext<Settings>;
  readonly #retries: boolean;
  readonly #connections = new Map<string, Connection>();
  #leader: string | undefined;
  readonly #tokens: Tokens;
  #requests = 0;

  constructor(context: ClientContext<Settings>, tokens: Tokens = new Map(), retries = false) {
    this.#context = context;
    this.#tokens = tokens;
    this.#retries = retries;
  }

  async invoke(operation: Invocation): Promise<Reply> {
    const request = this.#requestOf(operation);
    try {
      return await this.#attempt(operation, request);
    } catch (error) {
      const again = this.#retries && request.op === "update" && error instanceof OperationError;
      if (!again || (error.code !== "connection-lost" && error.code !== "no-quorum")) throw error;
      for (let attempt = 1; attempt <= RETRIES; attempt++) {
        await this.#context.runtime.sleep(RETRY_PAUSE);
        const reply = await this.#attempt(operation, request).catch(() => undefined);
        if (reply !== undefined) return reply;
      }
      throw error;
    }
  }

  close(): void {
    for (const connection of this.#connections.values()) connection.close();
    this.#connections.clear();
  }

  #requestOf({ f, key, value, object = "register", final, level }: Invocation): ReadRequest | UpdateRequest {
    if (key === undefined) throw new OperationError("rejected", `${f} needs a key`);
    const of = { key, object: object satisfies ObjectType, ...(level === undefined ? {} : { level }) };
    const id = `${this.#context.process}/${++this.#requests}`;
    if (f === "read") return { op: "read", ...of, local: final === true };
    return { op: "update", ...of, action: { f, value }, ...(this.#retries ? { id } : {}) };
  }

  async #attempt(operation: Invocation, request: ReadRequest | UpdateRequest): Promise<Reply> {
    const settings = this.#context.options;
    const node = operation.node ?? (await this.#choose(request.op === "read" ? settings.reads : "leader"));
    const token = this.#tokens.get(this.#context.process);
    const stamped = settings.stampedReads && operation.final !== true;
    const after = stamped && token !== undefined ? { after: token } : {};
    const response = await this.#ask(node, { ...request, ...after });
    if ("error" in response) {
      this.#leader = response.leader;
      throw new OperationError(response.error, response.reason, { node });
    }
    if (operation.final !== true && response.token !== undefined)
      this.#tokens.set(this.#context.process, response.token);
    const { value, result, version } = response;
    return {
      node,
      ...(request.op === "read" && value !== undefined ? { value } : {}),
      ...(result === undefined ? {} : { result }),
      ...(version === undefined ? {} : { version }),
    };
  }

  async #choose(from: Settings["reads"]): Promise<string> {
    const { random, nodes, process } = this.#context;
    const names = nodes.map(({ node }) => node);
    if (from === "any") return random.pick(names);
    if (from === "home") return names[process % names.length] as string;
    const leader = await this.#findLeader();
    if (from === "leader") return leader;
    const others = names.filter((node) => node !== leader);
    return others.length === 0 ? leader : random.pick(others);
  }

  async #findLeader(): Promise<string> {
    const { random, nodes, runtime } = this.#context;
    if (this.#leader !== undefined) return this.#leader;
    for (const endpoint of random.shuffle(nodes)) {
      const status = await askStatus(runtime, endpoint);
      if (typeof status === "string" || status.leader === null) continue;
      this.#leader = status.leader;
      return status.leader;
    }
    throw new OperationError("no-leader", "no node knows a leader");
  }

  async #ask(node: string, request: Request): Promise<Answer | Refusal> {
    try {
      let connection = this.#connections.get(node);
      if (connection === undefined) {
        const endpoint = this.#context.nodes.find((one) => one.node === node) as Endpoint;
        connection = await this.#context.runtime.connect(endpoint);
        this.#connections.set(node, connection);
      }
      return (await connection.request(request as unknown as Json)) as unknown as Answer | Refusal;
    } catch (error) {
      this.#connections.delete(node);
      if (this.#leader === node) this.#leader = undefined;
      throw error;
    }
  }
}

/** What a node says of itself; a text: why it says nothing. */
export async function askStatus(runtime: Runtime, endpoint: Endpoint): Promise<Status | string> {
  let connection: Connection | undefined;
  const asked = (async (): Promise<Status | string> => {
    try {
      connection = await runtime.connect(endpoint);
      return (await connection.request({ op: "status" })) as unknown as Status;
    } catch {
      return "no connection";
    }
  })();
  const answer = await Promise.race([asked, runtime.sleep(SECOND / 4).then(() => "no answer")]);
  connection?.close();
  return answer;
}
