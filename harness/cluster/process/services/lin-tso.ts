import type { ProtocolBody } from "#core/target";
import { CODE, errorBody, type Service } from "./service.ts";

/** A linearizable oracle of timestamps: 0, 1, 2, … */
export class LinTso implements Service {
  #next = 0;

  handle({ type }: ProtocolBody): ProtocolBody {
    return type === "ts"
      ? { type: "ts_ok", ts: this.#next++ }
      : errorBody(CODE.notSupported, `no request of type ${JSON.stringify(type)}`);
  }
}
