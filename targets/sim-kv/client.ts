import type { Client } from "#core/client";
import { OperationError } from "#core/errors";
import type { Json } from "#core/json";
import type { Invocation, Reply } from "#core/operation";
import type { Connection, Endpoint } from "#core/runtime";
import type { ClientContext } from "#core/target";
import { askStatus } from "../eventual/session/ask-status.ts";
import type { SimKvOptions } from "./options.ts";
import type { Refusal, Request, Response } from "./protocol.ts";

/** Of an operation's time limit, how much asking one node for the leader may take: a paused node never answers. */
const DISCOVERY_SHARE = 1 / 5;

/**
 * One session: it keeps using the leader it knows until that one refuses or breaks, as real clients do, and then asks
 * the nodes in random order. One operation is one request; a refusal is reported, not retried elsewhere.
 */
export class SimKvClient implements Client {
  readonly #context: ClientContext<SimKvOptions>;
  readonly #nodes: readonly string[];
  readonly #endpoints: ReadonlyMap<string, Endpoint>;
  readonly #connections = new Map<string, Connection>();
  #leader: string | undefined;
  #closed = false;

  constructor(context: ClientContext<SimKvOptions>) {
    this.#context = context;
    this.#endpoints = new Map(context.nodes.map((endpoint) => [endpoint.node, endpoint]));
    this.#nodes = [...this.#endpoints.keys()];
  }

  async invoke(operation: Invocation): Promise<Reply> {
    const request = requestOf(operation, this.#context.options);
    const node =
      operation.node ?? (await this.#chooseNode(request, readFrom(operation, this.#context.options)));
    const response = await this.#ask(node, request);
    if ("error" in response) throw this.#refused(node, response);
    return request.op === "read" && "value" in response ? { value: response.value, node } : { node };
  }

  close(): void {
    this.#closed = true;
    for (const connection of this.#connections.values()) connection.close();
    this.#connections.clear();
  }

  async #chooseNode(request: Request, from: SimKvOptions["readFrom"]): Promise<string> {
    const { random } = this.#context;
    if (request.op !== "read" || from === "primary") return this.#findLeader();
    if (from === "any") return random.pick(this.#nodes);
    const leader = await this.#findLeader();
    const followers = this.#nodes.filter((node) => node !== leader);
    return followers.length === 0 ? leader : random.pick(followers);
  }

  async #findLeader(): Promise<string> {
    const { random, runtime, timeout } = this.#context;
    if (this.#leader !== undefined) return this.#leader;
    for (const node of random.shuffle(this.#nodes)) {
      const endpoint = this.#endpoints.get(node) as Endpoint;
      const status = await askStatus(runtime, endpoint, timeout * DISCOVERY_SHARE);
      if (typeof status === "string" || status.leader === null) continue;
      this.#leader = status.leader;
      return status.leader;
    }
    throw new OperationError("no-leader", "no node knows a leader");
  }

  async #ask(node: string, request: Request): Promise<Response> {
    try {
      const connection = this.#connections.get(node) ?? (await this.#connect(node));
      return (await connection.request(request)) as Response;
    } catch (error) {
      this.#connections.get(node)?.close();
      this.#connections.delete(node);
      if (this.#leader === node) this.#leader = undefined;
      throw error;
    }
  }

  async #connect(node: string): Promise<Connection> {
    const endpoint = this.#endpoints.get(node);
    if (endpoint === undefined) throw new OperationError("rejected", `there is no node ${node}`);
    const connection = await this.#context.runtime.connect(endpoint);
    if (this.#closed) {
      connection.close();
      throw new OperationError("not-connected", "the session was closed before anything was sent", { node });
    }
    this.#connections.set(node, connection);
    return connection;
  }

  #refused(node: string, { error, leader }: Refusal): OperationError {
    this.#leader = leader ?? undefined;
    if (error === "no-quorum") {
      return new OperationError(error, `${node} lost its leadership before a majority had the write`, {
        node,
      });
    }
    const hint = leader === null ? "and knows of none" : `but ${leader} is`;
    return new OperationError(error, `${node} is not the leader, ${hint}`, { node });
  }
}

/** Reads at the levels `strong` and `local` go to the leader, or to any node, whatever the option says. */
const readFrom = ({ level }: Invocation, options: SimKvOptions): SimKvOptions["readFrom"] =>
  level === "strong" ? "primary" : level === "local" ? "any" : options.readFrom;

function requestOf(operation: Invocation, options: SimKvOptions): Request {
  const { f, key, value } = operation;
  if (key === undefined) throw new OperationError("rejected", `${f} needs a key`);
  switch (f) {
    case "read": {
      const object = operation.object === "set" ? "set" : "register";
      const anyNode = operation.final === true || readFrom(operation, options) !== "primary";
      return { op: "read", key, object, from: anyNode ? "node" : "leader" };
    }
    case "write":
      return { op: "write", key, value };
    case "add":
      return { op: "add", key, element: value satisfies Json };
    default:
      throw new OperationError("rejected", `sim-kv has no operation ${f}`);
  }
}
