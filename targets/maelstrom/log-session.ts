import type { Json } from "#core/json";
import { OperationError } from "#core/errors";
import type { Invocation, Reply } from "#core/operation";
import type { ProtocolBody } from "#core/target";
import { operationErrorOf } from "./errors.ts";

type Ask = (node: string, body: ProtocolBody) => Promise<ProtocolBody>;
type Pairs = readonly (readonly [offset: number, message: Json])[];

/** A last poll reads on until nothing comes, but not for ever. */
const MAX_PAGES = 1_000;

/**
 * What one session does with logs: it sends, and polls each log from where it had come to. It begins where the node says
 * that consumers have come to, and tells the node what it read.
 */
export class LogSession {
  readonly #ask: Ask;
  /** By key: the offset to ask for next. */
  readonly #next = new Map<string, number>();

  constructor(ask: Ask) {
    this.#ask = ask;
  }

  async invoke(node: string, { f, key = "", value, final }: Invocation): Promise<Reply> {
    switch (f) {
      case "send": {
        const { offset } = await this.#demand(node, { type: "send", key, msg: value });
        return { version: offset as number };
      }
      case "poll":
        return final === true ? this.#readAll(node, key) : this.#poll(node, key);
      default:
        throw new OperationError("rejected", `kafka has no operation ${f}`);
    }
  }

  async #poll(node: string, key: string): Promise<Reply> {
    const from = this.#next.get(key) ?? (await this.#beginning(node, key));
    const pairs = await this.#page(node, key, from);
    const next = pairs.reduce((most, [offset]) => Math.max(most, offset + 1), from);
    this.#next.set(key, next);
    if (next > from) {
      // The poll has been answered: what becomes of the commit does not change what was read.
      await this.#ask(node, { type: "commit_offsets", offsets: { [key]: next - 1 } }).catch(ignoreOperation);
    }
    return { value: pairs, version: from };
  }

  /** Everything that the node has of a log. */
  async #readAll(node: string, key: string): Promise<Reply> {
    const all: (readonly [number, Json])[] = [];
    for (let page = 0, from = 0; page < MAX_PAGES; page++) {
      const pairs = await this.#page(node, key, from);
      const next = pairs.reduce((most, [offset]) => Math.max(most, offset + 1), from);
      all.push(...pairs);
      if (next === from) break;
      from = next;
    }
    return { value: all, version: 0 };
  }

  async #page(node: string, key: string, from: number): Promise<Pairs> {
    const { msgs } = await this.#demand(node, { type: "poll", offsets: { [key]: from } });
    return (msgs as Readonly<Record<string, Pairs>>)[key] ?? [];
  }

  async #beginning(node: string, key: string): Promise<number> {
    const { offsets } = await this.#demand(node, { type: "list_committed_offsets", keys: [key] });
    const committed = (offsets as Readonly<Record<string, number>>)[key];
    return committed === undefined ? 0 : committed + 1;
  }

  async #demand(node: string, body: ProtocolBody): Promise<ProtocolBody> {
    const reply = await this.#ask(node, body);
    if (reply["type"] === "error") throw operationErrorOf(node, reply);
    return reply;
  }
}

function ignoreOperation(error: unknown): void {
  if (!(error instanceof OperationError)) throw error;
}
