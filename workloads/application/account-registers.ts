import type { Client } from "#core/client";
import { OPERATION_ERRORS, OperationError } from "#core/errors";
import type { Invocation, Reply } from "#core/operation";
import type { Application } from "#core/workload";
import { oneOf } from "./one-of.ts";
import { nothingWritten } from "./read-modify-write.ts";

/** An application that keeps each account of a bank in a register of its own: transfers and reads are several operations. */
export class AccountRegisters implements Application {
  readonly madeOf = "session";
  readonly #accounts: readonly string[];

  constructor(accounts: readonly string[]) {
    this.#accounts = accounts;
  }

  session(client: Client): Client {
    return {
      invoke: (operation) => this.#invoke(client, operation),
      close: () => client.close(),
    };
  }

  #invoke(client: Client, operation: Invocation): Promise<Reply> {
    if (operation.f === "read") return this.#readAll(client, operation);
    if (operation.f === "transfer") return transfer(client, operation);
    throw new OperationError("rejected", `a bank has no operation ${operation.f}`);
  }

  /** One account after the other: no snapshot. */
  async #readAll(client: Client, operation: Invocation): Promise<Reply> {
    const balances: Record<string, number> = {};
    let node: string | undefined;
    for (const account of this.#accounts) {
      const reply = await client.invoke({ ...operation, key: keyOf(operation, account), object: "register" });
      balances[account] = Number(oneOf(reply.value ?? 0) ?? 0);
      node ??= reply.node;
    }
    return { value: balances, ...(node === undefined ? {} : { node }) };
  }
}

async function transfer(client: Client, operation: Invocation): Promise<Reply> {
  const { from, to, amount } = operation.value as { from: string; to: string; amount: number };
  const [source, target] = [keyOf(operation, from), keyOf(operation, to)];
  const balances = await balancesOf(client, source, target).catch((error: unknown) => {
    throw nothingWritten(error);
  });
  await set(client, source, balances[0] - amount);
  try {
    await set(client, target, balances[1] + amount);
  } catch (error) {
    throw halfWritten(error);
  }
  return {};
}

/** One after the other: a session performs one operation at a time. */
async function balancesOf(client: Client, source: string, target: string): Promise<[number, number]> {
  const first = await balanceOf(client, source);
  return [first, await balanceOf(client, target)];
}

async function balanceOf(client: Client, key: string): Promise<number> {
  const { value = null } = await client.invoke({ f: "read", key, value: null, object: "register" });
  return Number(oneOf(value) ?? 0);
}

const set = (client: Client, key: string, value: number): Promise<Reply> =>
  client.invoke({ f: "write", key, value, object: "register" });

const keyOf = ({ key = "bank" }: Invocation, account: string): string => `${key}/${account}`;

/** The money has left one account: whatever became of the second write, the transfer did not certainly fail. */
function halfWritten(error: unknown): unknown {
  if (!(error instanceof OperationError) || !OPERATION_ERRORS[error.code].definite) return error;
  const { message, node } = error;
  return new OperationError("unknown", `only the first account was written: ${message}`, {
    cause: error,
    ...(node === undefined ? {} : { node }),
  });
}
