import type { Client } from "#core/client";
import { messageOf, OPERATION_ERRORS, OperationError, type OperationErrorCode } from "#core/errors";
import type { Invocation, Reply } from "#core/operation";
import type { Runtime } from "#core/runtime";
import { formatDuration, type Nanoseconds } from "#core/units";
import { broken } from "./contract.ts";

/** What became of one operation, as the engine would see it. */
export type Outcome =
  | { readonly is: "ok"; readonly reply: Reply }
  | {
      readonly is: "error";
      readonly code: OperationErrorCode;
      readonly definite: boolean;
      readonly message: string;
    }
  /** Still under way after the time limit: the engine closes the session then. */
  | { readonly is: "open" };

/** One session, used as the engine uses it: an operation at a time, given up after a time limit. */
export class Session {
  readonly #runtime: Runtime;
  readonly #client: Client;
  readonly #timeout: Nanoseconds;
  #last: Promise<Outcome> = Promise.resolve({ is: "open" });

  constructor(runtime: Runtime, client: Client, timeout: Nanoseconds) {
    this.#runtime = runtime;
    this.#client = client;
    this.#timeout = timeout;
  }

  /** @throws ContractBroken if it rejects with anything but an OperationError */
  perform(operation: Invocation): Promise<Outcome> {
    this.#last = invoke(this.#client, operation);
    return this.#within(this.#timeout);
  }

  /** What becomes of the operation that was given up. */
  settled(within: Nanoseconds): Promise<Outcome> {
    return this.#within(within);
  }

  async close(): Promise<void> {
    await this.#client.close();
  }

  #within(time: Nanoseconds): Promise<Outcome> {
    const last = this.#last;
    return new Promise((resolve, reject) => {
      const cancel = this.#runtime.after(time, () => resolve({ is: "open" }));
      last.then(resolve, reject).finally(cancel);
    });
  }
}

async function invoke(client: Client, operation: Invocation): Promise<Outcome> {
  try {
    return { is: "ok", reply: await client.invoke(operation) };
  } catch (error) {
    if (!(error instanceof OperationError))
      broken(`${operation.f} rejected with no OperationError but ${String(error)}`);
    const { code } = error;
    return { is: "error", code, definite: OPERATION_ERRORS[code].definite, message: messageOf(error) };
  }
}

export const wordsOf = (outcome: Outcome, limit: Nanoseconds): string =>
  outcome.is === "ok"
    ? `succeeded with ${JSON.stringify(outcome.reply)}`
    : outcome.is === "error"
      ? `failed with ${outcome.code} (${outcome.message})`
      : `was still under way after ${formatDuration(limit)}`;
