import { messageOf } from "#core/errors";
import type { Endpoint, Runtime } from "#core/runtime";
import { type Nanoseconds, SECOND } from "#core/units";
import { MILLISECOND } from "#core/units";
import { destroy, library } from "./connection.ts";

/** A node on this machine that is alive answers within milliseconds; a paused one does not answer. */
const ANSWER_MAX: Nanoseconds = SECOND;

/** What a node answered to one command, or why it did not. */
export type Answer = { readonly reply: unknown } | { readonly problem: string };

/** Asks one command of a node's server or sentinel over a connection of its own. Never rejects. */
export async function ask(
  runtime: Runtime,
  endpoint: Endpoint,
  purpose: "client" | "sentinel",
  command: readonly [string, ...string[]],
): Promise<Answer> {
  const port = endpoint.ports[purpose];
  if (port === undefined) return { problem: `${endpoint.node} has no ${purpose} port` };
  const Redis = await library();
  const redis = new Redis({
    host: endpoint.host,
    port,
    lazyConnect: true,
    retryStrategy: null,
    enableReadyCheck: false,
    disableClientInfo: true,
    protocol: 2,
    connectTimeout: ANSWER_MAX / MILLISECOND,
  });
  let lastError: unknown;
  redis.on("error", (error: unknown) => {
    lastError = error;
  });
  const cancel = runtime.after(ANSWER_MAX, () => destroy(redis));
  try {
    await redis.connect();
    const [name, ...parameters] = command;
    return { reply: await redis.call(name, ...parameters) };
  } catch (error) {
    return { problem: messageOf(lastError ?? error) };
  } finally {
    cancel();
    destroy(redis);
  }
}

/** The fields of an INFO reply (`name:value` lines). */
export function parseInfo(reply: unknown): Readonly<Record<string, string>> {
  const fields: Record<string, string> = {};
  for (const line of String(reply).split("\r\n")) {
    const colon = line.indexOf(":");
    if (colon > 0) fields[line.slice(0, colon)] = line.slice(colon + 1);
  }
  return fields;
}

/** A list of alternating names and values, as Sentinel's replies have them. */
export function parsePairs(reply: unknown): Readonly<Record<string, string>> {
  const fields: Record<string, string> = {};
  if (!Array.isArray(reply)) return fields;
  for (let i = 0; i + 1 < reply.length; i += 2) fields[String(reply[i])] = String(reply[i + 1]);
  return fields;
}
