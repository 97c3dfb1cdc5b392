import type { Json } from "#core/json";
import type { ProtocolBody } from "#core/target";
import { canonicalJson } from "#core/value-table";
import { kvProblem, kvStep, type Service } from "./service.ts";

export const isSame = (a: Json, b: Json): boolean => canonicalJson(a) === canonicalJson(b);

/** A linearizable key-value store: requests take effect one after the other as they arrive. */
export class LinKv implements Service {
  readonly #values = new Map<string, Json>();

  handle(request: ProtocolBody): ProtocolBody {
    const problem = kvProblem(request);
    if (problem !== undefined) return problem;
    const key = canonicalJson(request["key"] as Json);
    const { reply, change } = kvStep(request, this.#values.get(key), isSame);
    if (change !== undefined) this.#values.set(key, change.value);
    return reply;
  }
}
