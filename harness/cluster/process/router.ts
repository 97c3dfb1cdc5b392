import { OperationError } from "#core/errors";
import type { Random } from "#core/random";
import type { Connection } from "#core/runtime";
import type { ProgramPlan, ProtocolBody } from "#core/target";
import { parseForRewriting, parseWithStrings } from "./exact-json.ts";
import { lineOf, type Message, readMessage, shown } from "./message.ts";
import type { MessageNetwork } from "./network.ts";
import type { NodeHost } from "./node-host.ts";
import { RpcClient } from "./rpc-client.ts";
import { makeServices } from "./services/registry.ts";

/** More than this waiting for one node, or under way, is a flood: nobody reads that much. */
const MAX_BACKLOG = 64 << 20;
/** Replies that nobody waits for come late, one for a request; many more are a flood. */
const STRAY_REPLIES = 10_000;

/** Takes what nodes write to whom it is for: nodes, clients, services. */
export class Router {
  readonly #plan: ProgramPlan;
  readonly #network: MessageNetwork;
  readonly #services: ReturnType<typeof makeServices>;
  readonly #hosts: ReadonlyMap<string, NodeHost>;
  readonly #clients = new Map<string, RpcClient>();
  readonly #clientsOf = new Map<NodeHost, Set<RpcClient>>();
  readonly #strays = new Map<NodeHost, number>();
  #opened = 0;

  constructor(
    plan: ProgramPlan,
    network: MessageNetwork,
    random: Random,
    hosts: ReadonlyMap<string, NodeHost>,
  ) {
    this.#plan = plan;
    this.#network = network;
    this.#services = makeServices(random.fork("services"));
    this.#hosts = hosts;
  }

  openClient(host: NodeHost): RpcClient {
    const clients = this.#clientsOf.get(host) ?? new Set();
    this.#clientsOf.set(host, clients);
    const client: RpcClient = new RpcClient(`c${this.#opened++}`, host, () => {
      this.#clients.delete(client.name);
      clients.delete(client);
    });
    this.#clients.set(client.name, client);
    clients.add(client);
    return client;
  }

  /** @throws OperationError `connection-refused` unless the node's process is there and ready */
  connect(host: NodeHost): Connection {
    if (host.isReady) return this.openClient(host);
    const why = host.isAlive ? `${host.name} is starting` : `${host.name} has no process`;
    throw new OperationError("connection-refused", why, { node: host.name });
  }

  /** The process of a node ended: its clients lose their connections. */
  disconnect(host: NodeHost, why: string): void {
    for (const client of [...(this.#clientsOf.get(host) ?? [])]) client.lose(why);
  }

  /** A line of a node's standard output. */
  route(from: NodeHost, line: string): void {
    if (line.trim() === "") return;
    const message = readMessage(line);
    if (typeof message === "string") {
      from.fail(`wrote to its standard output what is no message: ${message}, but it is: ${shown(line)}`);
      return;
    }
    const host = this.#hosts.get(message.dest);
    if (host !== undefined) this.#toNode(from, host, message);
    else if (this.#services.has(message.dest)) this.#toService(from, message);
    else this.#toClient(from, message);
  }

  #toNode(from: NodeHost, to: NodeHost, { line }: Message): void {
    this.#network.send(from.name, to.name, line.length, () => to.receive(line));
    this.#watchFlood(from, to, line);
  }

  #watchFlood(from: NodeHost, to: NodeHost, line: string): void {
    if (to.backlog > MAX_BACKLOG)
      from.fail(`floods: ${to.backlog} bytes wait for ${to.name}, the latest message: ${shown(line)}`);
    else if (this.#network.inFlight > MAX_BACKLOG)
      from.fail(
        `floods: ${this.#network.inFlight} characters are under way, the latest message: ${shown(line)}`,
      );
  }

  #toService(from: NodeHost, { src, dest, line }: Message): void {
    this.#network.send(from.name, dest, line.length, () => {
      const { body } = parseForRewriting(line) as unknown as Message;
      const reply = this.#services.get(dest)?.handle(body, src) ?? {};
      const answer = body["msg_id"] === undefined ? reply : { ...reply, in_reply_to: body["msg_id"] };
      // Whoever the sender said it was gets the reply: a node may ask for a client of its.
      const host = this.#hosts.get(src);
      if (host === undefined)
        this.#toClient(from, { src: dest, dest: src, body: answer, line: lineOf(dest, src, answer) });
      else {
        const text = lineOf(dest, src, answer);
        this.#network.send(dest, host.name, text.length, () => host.receive(text));
        this.#watchFlood(from, host, text);
      }
    });
  }

  #toClient(from: NodeHost, { dest, body, line }: Message): void {
    const number = /^c(\d+)$/.exec(dest)?.[1];
    if (number === undefined || Number(number) >= this.#opened) {
      from.fail(
        `wrote a message to ${JSON.stringify(dest)}, which is no node, client or service: ${shown(line)}`,
      );
      return;
    }
    const id = body["in_reply_to"];
    if (typeof id !== "number" || !Number.isInteger(id)) {
      from.fail(`wrote to a client without the field "in_reply_to", expected an integer: ${shown(line)}`);
      return;
    }
    from.unanswered = undefined;
    const client = this.#clients.get(dest);
    const request = client?.requestOf(id);
    if (client === undefined || request === undefined) this.#stray(from, line);
    else this.#answer(from, client, id, request, line);
  }

  #answer(from: NodeHost, client: RpcClient, id: number, request: ProtocolBody, line: string): void {
    const { body } = parseWithStrings(line) as unknown as Message;
    const problem = errorProblem(body) ?? this.#problemOf(request, body);
    if (problem === undefined) client.answer(id, body);
    else
      from.fail(`answered ${shown(JSON.stringify(request))} with ${shown(JSON.stringify(body))}: ${problem}`);
  }

  #problemOf(request: ProtocolBody, reply: ProtocolBody): string | undefined {
    const isOwn = request["type"] === "init" || reply["type"] === "error";
    return isOwn ? undefined : this.#plan.replyProblem(request, reply);
  }

  /** A reply that comes too late, or once more than it should. */
  #stray(from: NodeHost, line: string): void {
    const strays = (this.#strays.get(from) ?? 0) + 1;
    this.#strays.set(from, strays);
    if (strays > STRAY_REPLIES + this.#opened * STRAY_REPLIES)
      from.fail(`floods: ${strays} replies that nobody waits for, the latest: ${shown(line)}`);
  }
}

function errorProblem({ type, code }: ProtocolBody): string | undefined {
  if (typeof type !== "string") return 'field "type": expected a text';
  if (type !== "error" || (typeof code === "number" && Number.isInteger(code))) return undefined;
  return 'field "code" of an error: expected an integer';
}
