import { OperationError } from "#core/errors";
import type { Json } from "#core/json";
import type { NodeContext, StoreNode } from "#core/store-node";
import { MILLISECOND } from "#core/units";
import { Durability } from "../eventual/durability.ts";
import type { DocumentLibrary, SyncSession } from "./document.ts";
import type { Message, Request, Response } from "./protocol.ts";
import { bytesOf, Storage, textOf } from "./storage.ts";

export interface NodeOptions {
  /** Milliseconds between two rounds of comparing with another node. */
  readonly syncEvery: number;
}

interface OpenSession {
  readonly id: string;
  readonly session: SyncSession;
}

/**
 * A node that takes every client's changes to its own copies of documents, ships them to all others at once, and compares with one
 * other node now and then: what was lost on the way, or while a node was down, is made up for by the library's sync protocol.
 * Nobody is told of a change before it is synced: a change that others had and its node forgot would break what
 * these libraries rest on, that a node never makes two changes of one number.
 */
export class DocumentNode implements StoreNode {
  readonly #context: NodeContext;
  readonly #options: NodeOptions;
  readonly #durability: Durability;
  readonly #storage: Storage;
  /** By peer, starter and key: the last one only, for messages of earlier ones come too late. */
  readonly #sessions = new Map<string, OpenSession>();

  constructor(context: NodeContext, library: DocumentLibrary, options: NodeOptions) {
    this.#context = context;
    this.#options = options;
    this.#durability = new Durability(context.disk, true);
    this.#storage = new Storage(context, this.#durability.disk, library);
    if (context.peers.length > 0) this.#plan();
  }

  onRequest(json: Json, reply: (response: Json) => void): void {
    const response = this.#respond(json as unknown as Request);
    // A read, too, may show what the disk does not have for good yet.
    this.#durability.whenDurable(() => reply(response as unknown as Json));
  }

  onMessage(from: string, json: Json): void {
    const message = json as unknown as Message;
    switch (message.kind) {
      case "change": {
        const update = bytesOf(message.bytes);
        this.#storage.open(message.key).merge(update);
        this.#storage.keep(message.key, update);
        return;
      }
      case "have":
        this.#compare(from, message.summaries);
        return;
      case "sync":
        this.#sync(from, message);
        return;
      default:
        message satisfies never;
    }
  }

  #respond(request: Request): Response {
    if (request.op === "status") return {};
    const { key, object } = request;
    try {
      if (request.op === "read") return { value: this.#storage.open(key).read(object) };
      const update = this.#storage.open(key).update(object, request.action);
      if (update !== undefined) this.#ship(key, update);
      return {};
    } catch (error) {
      if (!(error instanceof OperationError)) throw error;
      return { error: "rejected", reason: error.message };
    }
  }

  #ship(key: string, update: Uint8Array): void {
    this.#storage.keep(key, update);
    for (const peer of this.#context.peers) this.#send(peer, { kind: "change", key, bytes: textOf(update) });
  }

  #plan(): void {
    this.#context.after(this.#options.syncEvery * MILLISECOND, () => {
      const summaries = Object.fromEntries(
        this.#storage.keys.map((key) => [key, this.#storage.open(key).summary()]),
      );
      this.#send(this.#context.random.pick(this.#context.peers), { kind: "have", summaries });
      this.#plan();
    });
  }

  /** Begins a session for each document in which this node and the other differ. */
  #compare(peer: string, summaries: { readonly [key: string]: string }): void {
    const keys = new Set([...Object.keys(summaries), ...this.#storage.keys]);
    for (const key of keys) {
      const document = this.#storage.open(key);
      if (document.summary() === summaries[key]) continue;
      const open = { id: String(this.#context.random.uint32()), session: document.startSync() };
      this.#sessions.set(`${peer} ${this.#context.node} ${key}`, open);
      this.#say(peer, key, this.#context.node, open);
    }
  }

  #sync(peer: string, { key, session: id, starter, bytes }: Extract<Message, { kind: "sync" }>): void {
    const name = `${peer} ${starter} ${key}`;
    let open = this.#sessions.get(name);
    if (open?.id !== id) {
      // Of sessions of its own it knows the last; one that the other began is new, or was forgotten in a crash.
      if (starter === this.#context.node) return;
      open = { id, session: this.#storage.open(key).startSync() };
      this.#sessions.set(name, open);
    }
    for (const update of open.session.receive(bytesOf(bytes))) this.#storage.keep(key, update);
    this.#say(peer, key, starter, open);
  }

  #say(peer: string, key: string, starter: string, { id, session }: OpenSession): void {
    const bytes = session.next();
    if (bytes !== undefined)
      this.#send(peer, { kind: "sync", key, session: id, starter, bytes: textOf(bytes) });
  }

  #send(peer: string, message: Message): void {
    this.#durability.whenDurable(() => this.#context.send(peer, message as unknown as Json));
  }
}
