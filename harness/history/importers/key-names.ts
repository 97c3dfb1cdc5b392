import type { Json } from "#core/json";
import { EventProblem } from "#core/raw-event";
import { nameOf } from "./edn-scanner.ts";

/** Names of keys that may be numbers, keywords or texts; refuses histories in which two of them look alike. */
export class KeyNames {
  readonly #kinds = new Map<string, string>();

  /** @throws EventProblem */
  of(key: Json): string {
    const name = nameOf(key);
    const kind = typeof key === "string" && key.startsWith(":") ? "keyword" : typeof key;
    const before = this.#kinds.get(name);
    if (before === undefined) this.#kinds.set(name, kind);
    else if (before !== kind) {
      throw new EventProblem("key", `keys of one type: ${name} is a ${kind} here and was a ${before} before`);
    }
    return name;
  }
}
