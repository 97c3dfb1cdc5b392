import type { Client } from "#core/client";
import { OPERATION_ERRORS, OperationError } from "#core/errors";
import type { Json } from "#core/json";
import type { Invocation, ObjectType, Reply } from "#core/operation";
import { canonicalJson } from "#core/value-table";
import { oneOf } from "./one-of.ts";

/** A conditional write that was refused so often is given up: nothing was changed. */
const ATTEMPTS = 20;

/** What an empty object of each type reads as: the register below it was never written then. */
const EMPTY: Readonly<Partial<Record<ObjectType, Json>>> = { counter: 0, set: [], list: [] };

/** What a change makes of a value; undefined: the condition does not hold, and nothing is written. */
type Change = (value: Json, argument: Json) => Json | undefined;

const elements = (value: Json): readonly Json[] => (Array.isArray(value) ? value : []);

const equal = (a: Json, b: Json): boolean => canonicalJson(a) === canonicalJson(b);

const CHANGES: Readonly<Record<string, Change>> = {
  increment: (value, delta) => Number(value ?? 0) + Number(delta),
  add: (value, element) => [...elements(value).filter((one) => !equal(one, element)), element],
  append: (value, element) => [...elements(value), element],
  remove: (value, element) => elements(value).filter((one) => !equal(one, element)),
  cas: (value, argument) => {
    const [expected = null, wanted = null] = elements(argument);
    return equal(value, expected) ? wanted : undefined;
  },
};

/**
 * A session of an application that keeps counters, sets and lists as whole values of registers: it reads the value, changes it
 * and writes it back. Unless the write is conditional, it overwrites whatever was written in between: the lost update.
 */
export class ReadModifyWrite implements Client {
  readonly #client: Client;
  readonly #conditional: boolean;

  constructor(client: Client, { conditional }: { readonly conditional: boolean }) {
    this.#client = client;
    this.#conditional = conditional;
  }

  async invoke(operation: Invocation): Promise<Reply> {
    if (operation.f === "read") {
      const { value = null, ...reply } = await this.#client.invoke({ ...operation, object: "register" });
      return { ...reply, value: oneOf(value) ?? EMPTY[operation.object ?? "register"] ?? null };
    }
    const change = CHANGES[operation.f];
    if (change === undefined)
      throw new OperationError("rejected", `the application has no operation ${operation.f}`);
    return this.#conditional ? this.#replace(operation, change) : this.#rewrite(operation, change);
  }

  close(): void | Promise<void> {
    return this.#client.close();
  }

  async #rewrite(operation: Invocation, change: Change): Promise<Reply> {
    const found = oneOf(await this.#current(operation));
    const value = change(found, operation.value);
    if (value === undefined) return { result: false, observed: found };
    const { node } = await this.#client.invoke({ ...registerOf(operation), f: "write", value });
    return { ...(operation.f === "cas" ? { result: true } : {}), ...(node === undefined ? {} : { node }) };
  }

  async #replace(operation: Invocation, change: Change): Promise<Reply> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const found = await this.#current(operation);
      const value = change(oneOf(found), operation.value);
      if (value === undefined) return { result: false, observed: oneOf(found) };
      const reply = await this.#client.invoke({ ...registerOf(operation), f: "cas", value: [found, value] });
      if (reply.result !== false) {
        const { node } = reply;
        return {
          ...(operation.f === "cas" ? { result: true } : {}),
          ...(node === undefined ? {} : { node }),
        };
      }
    }
    throw new OperationError("rejected", `others were faster ${ATTEMPTS} times: nothing was written`);
  }

  /** Nothing is written before this has returned, so an operation that fails here certainly did not happen. */
  async #current(operation: Invocation): Promise<Json> {
    try {
      const { value = null } = await this.#client.invoke({
        ...registerOf(operation),
        f: "read",
        value: null,
      });
      return value;
    } catch (error) {
      throw nothingWritten(error);
    }
  }
}

const registerOf = ({ key, level }: Invocation): Omit<Invocation, "f" | "value"> => ({
  ...(key === undefined ? {} : { key }),
  ...(level === undefined ? {} : { level }),
  object: "register",
});

/** An error of a read, as that of the update that needed it. */
export function nothingWritten(error: unknown): unknown {
  if (!(error instanceof OperationError) || OPERATION_ERRORS[error.code].definite) return error;
  const { message, node } = error;
  return new OperationError("unavailable", `what to change could not be read: ${message}`, {
    cause: error,
    ...(node === undefined ? {} : { node }),
  });
}
