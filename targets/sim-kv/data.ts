import type { Json } from "#core/json";
import type { Command } from "./protocol.ts";

interface SetData {
  readonly elements: Set<Json>;
  /** The elements as last read; undefined once one was added. */
  snapshot: readonly Json[] | undefined;
}

/** Registers and sets: what the log, applied in order, amounts to. */
export class Data {
  readonly #registers = new Map<string, Json>();
  readonly #sets = new Map<string, SetData>();

  apply(command: Command): void {
    switch (command.kind) {
      case "none":
        return;
      case "write":
        this.#registers.set(command.key, command.value);
        return;
      case "add":
        this.#add(command.key, command.element);
        return;
      default:
        command satisfies never;
    }
  }

  /** A register never written is null, a set never added to is empty. */
  read(key: string, object: "register" | "set"): Json {
    if (object === "register") return this.#registers.get(key) ?? null;
    const set = this.#sets.get(key);
    if (set === undefined) return [];
    set.snapshot ??= [...set.elements];
    return set.snapshot;
  }

  clear(): void {
    this.#registers.clear();
    this.#sets.clear();
  }

  #add(key: string, element: Json): void {
    let set = this.#sets.get(key);
    if (set === undefined) {
      set = { elements: new Set(), snapshot: undefined };
      this.#sets.set(key, set);
    }
    if (set.elements.has(element)) return;
    set.elements.add(element);
    set.snapshot = undefined;
  }
}
