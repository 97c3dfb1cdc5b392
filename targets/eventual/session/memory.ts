import type { Json } from "#core/json";
import type { Cache } from "./cache.ts";
import type { OwnWrites } from "./own-writes.ts";
import type { Routing } from "./routing.ts";
import type { SessionToken } from "./token.ts";

/** What a session carries from one connection to the next, as an application would in its process or a cookie. */
export interface SessionMemory {
  readonly routing: Routing;
  readonly token: SessionToken;
  readonly cache: Cache;
  readonly ownWrites: OwnWrites;
  /** By key: what the session saw of it. */
  readonly contexts: Map<string, Json>;
  /** The leader, as far as the session knows it. */
  leader: string | undefined;
  lastNode: string | undefined;
  /** Updates that got a name so far. */
  requests: number;
}

const SESSION = "eventual session";

/** What the process remembers of its session; made at its first connection. */
export function rememberedIn(memory: Map<string, unknown>, begin: () => SessionMemory): SessionMemory {
  const session = (memory.get(SESSION) as SessionMemory | undefined) ?? begin();
  memory.set(SESSION, session);
  return session;
}
