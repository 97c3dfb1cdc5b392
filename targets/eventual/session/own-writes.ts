import type { Json } from "#core/json";
import type { Datatype } from "../datatypes/datatype.ts";
import { sameJson } from "../same-json.ts";

/** A session's own writes to registers: shown in its reads until the answers of the store include them. */
export class OwnWrites {
  readonly #writes = new Map<string, { readonly value: Json; readonly context: Json }>();

  add(key: string, value: Json, context: Json | undefined): void {
    if (context !== undefined) this.#writes.set(key, { value, context });
  }

  /** What the session shows of a register of which the store answered `value`. */
  show(key: string, value: Json, context: Json | undefined, datatype: Datatype): Json {
    const own = this.#writes.get(key);
    if (own === undefined || context === undefined || datatype.mergeContexts === undefined) return value;
    const includesOwn = sameJson(datatype.mergeContexts(context, own.context), context);
    return includesOwn ? value : own.value;
  }
}
