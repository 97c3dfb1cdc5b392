import type { Client } from "#core/client";
import { OperationError } from "#core/errors";
import type { Json } from "#core/json";
import type { Invocation, Reply } from "#core/operation";
import type { Runtime } from "#core/runtime";
import { MILLISECOND, type Nanoseconds } from "#core/units";
import type { Application, SessionContext } from "#core/workload";

/** What a request to the resource takes: short against any lease, and long enough that two can cross. */
const ON_THE_WAY: Nanoseconds = 2 * MILLISECOND;

/**
 * What locks guard: a service beside the store that takes whatever it is sent, in the order in which it arrives, and never fails. With
 * fencing it refuses a token smaller than one it has accepted, for its sender's hold is over.
 */
export class GuardedResources implements Application {
  readonly madeOf = "lock";
  readonly #fencing: boolean;
  /** By resource: the greatest token accepted. */
  readonly #accepted = new Map<string, number>();

  constructor({ fencing }: { readonly fencing: boolean }) {
    this.#fencing = fencing;
  }

  session(client: Client, { runtime }: SessionContext): Client {
    return {
      invoke: (operation) =>
        operation.f === "guarded-write" ? this.#write(operation, runtime) : client.invoke(operation),
      close: () => client.close(),
    };
  }

  async #write({ key = "", value }: Invocation, runtime: Runtime): Promise<Reply> {
    const token = tokenOf(value);
    await runtime.sleep(ON_THE_WAY);
    const greatest = this.#accepted.get(key) ?? token;
    if (this.#fencing && token < greatest) return { result: false };
    this.#accepted.set(key, Math.max(token, greatest));
    return { result: true };
  }
}

function tokenOf(value: Json): number {
  const token = typeof value === "object" && value !== null && "token" in value ? value.token : undefined;
  if (typeof token === "number") return token;
  throw new OperationError("rejected", "a guarded write carries no fencing token");
}
