import { OperationError } from "#core/errors";
import type { Json } from "#core/json";
import type { Invocation, Reply } from "#core/operation";
import type { OpenConnection } from "./connection.ts";
import { isReply } from "./errors.ts";
import type { RedisOptions } from "./options.ts";

/**
 * Performs one operation on a connection. Values and elements are stored as JSON text, so that reads return them with their
 * type. @throws OperationError, or whatever the library throws
 */
export async function perform(
  options: RedisOptions,
  { redis, node }: OpenConnection,
  operation: Invocation,
): Promise<Reply> {
  const { f, key = "", value } = operation;
  switch (f) {
    case "write":
      return options.wait === 0
        ? (await redis.set(key, JSON.stringify(value)), { node })
        : confirmed(options, { redis, node }, redis.set(key, JSON.stringify(value)));
    case "add":
      return options.wait === 0
        ? (await redis.sadd(key, JSON.stringify(value)), { node })
        : confirmed(options, { redis, node }, redis.sadd(key, JSON.stringify(value)));
    case "read":
      if (operation.object === "set") return { value: (await redis.smembers(key)).map(parse), node };
      return { value: parseOrNull(await redis.get(key)), node };
    default:
      throw new OperationError("rejected", `the redis client has no operation ${f}`, { node });
  }
}

/** WAIT follows the write on the same connection at once: it covers all writes of the connection before it. */
async function confirmed(
  { wait, waitTimeout }: RedisOptions,
  { redis, node }: OpenConnection,
  written: Promise<unknown>,
): Promise<Reply> {
  const [write, replicas] = await Promise.allSettled([written, redis.wait(wait, waitTimeout)]);
  if (write.status === "rejected") throw write.reason;
  if (replicas.status === "rejected") {
    const cause: unknown = replicas.reason;
    if (!isReply(cause)) throw cause;
    throw new OperationError("not-replicated", `written, but WAIT failed: ${String(cause)}`, { cause, node });
  }
  if (replicas.value >= wait) return { node };
  throw new OperationError(
    "not-replicated",
    `written, but confirmed by ${replicas.value} of ${wait} replicas within ${waitTimeout} ms`,
    { node },
  );
}

function parse(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (cause) {
    throw new OperationError("rejected", `the store holds what no client wrote: ${text.slice(0, 100)}`, {
      cause,
    });
  }
}
const parseOrNull = (text: string | null): Json => (text === null ? null : parse(text));
