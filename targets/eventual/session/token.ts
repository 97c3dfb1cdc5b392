import type { Json } from "#core/json";
import type { Datatypes } from "../datatypes/datatypes.ts";
import type { ObjectType } from "#core/operation";
import type { Settings } from "../options.ts";

/**
 * What a session saw so far, for the `after` of its requests: with several leaders how many updates of each node, without a
 * leader what of each key, with one leader the place in its log.
 */
export class SessionToken {
  readonly #settings: Settings;
  readonly #datatypes: Datatypes;
  #token: Json | undefined;

  constructor(settings: Settings, datatypes: Datatypes) {
    this.#settings = settings;
    this.#datatypes = datatypes;
  }

  get value(): Json | undefined {
    return this.#token;
  }

  /** The session saw this as well. */
  add(token: Json, key: string, object: ObjectType): void {
    const before = this.#token as Record<string, Json> | undefined;
    switch (this.#settings.replication) {
      case "multi-leader":
        this.#token = greatest((before ?? {}) as Counts, token as Counts);
        return;
      case "leaderless": {
        const seen = before?.[key];
        const context = (token as Record<string, Json>)[key] ?? null;
        const merge = this.#datatypes[object]?.mergeContexts;
        const merged =
          seen === undefined || merge === undefined
            ? context
            : merge.call(this.#datatypes[object], seen, context);
        this.#token = { ...before, [key]: merged };
        return;
      }
      default:
        // A leader or follower answers only once it has all that the session saw: its word covers the last.
        this.#token = token;
    }
  }
}

type Counts = Readonly<Record<string, number>>;

function greatest(a: Counts, b: Counts): Counts {
  const counts: Record<string, number> = { ...a };
  for (const [node, count] of Object.entries(b)) counts[node] = Math.max(counts[node] ?? 0, count);
  return counts;
}
