import type { Json } from "#core/json";
import type { ProtocolBody } from "#core/target";

/** A node that the harness plays itself: one request, one reply. Keys and values may be any JSON. */
export interface Service {
  /** `client`: who asks, for what each client may see. */
  handle(request: ProtocolBody, client: string): ProtocolBody;
}

/** Codes of Maelstrom's protocol. */
export const CODE = { notSupported: 10, malformed: 12, noSuchKey: 20, preconditionFailed: 22 } as const;

export const errorBody = (code: number, text: string): ProtocolBody => ({ type: "error", code, text });

/** Why a request to a key-value service cannot be served; undefined: it can. */
export function kvProblem(request: ProtocolBody): ProtocolBody | undefined {
  const { type } = request;
  const fields = typeof type === "string" ? KV_FIELDS[type] : undefined;
  if (fields === undefined) return errorBody(CODE.notSupported, `no request of type ${JSON.stringify(type)}`);
  const missing = fields.find((field) => request[field] === undefined);
  return missing === undefined ? undefined : errorBody(CODE.malformed, `${String(type)} needs "${missing}"`);
}

const KV_FIELDS: Readonly<Record<string, readonly string[]>> = {
  read: ["key"],
  write: ["key", "value"],
  cas: ["key", "from", "to"],
};

/** What a key-value request makes of a key's value: undefined stands for no value. */
export interface KvStep {
  readonly reply: ProtocolBody;
  /** The new value, if there is one. */
  readonly change?: { readonly value: Json };
}

/** The sequential meaning of read, write and compare-and-set. `sameText`: whether two values are equal. */
export function kvStep(
  request: ProtocolBody,
  current: Json | undefined,
  isSame: (a: Json, b: Json) => boolean,
): KvStep {
  const { type, value, from, to } = request;
  if (type === "write") return { reply: { type: "write_ok" }, change: { value: value as Json } };
  const isCreating = type === "cas" && request["create_if_not_exists"] === true;
  if (current === undefined && !isCreating)
    return { reply: errorBody(CODE.noSuchKey, "the key does not exist") };
  if (type === "read") return { reply: { type: "read_ok", value: current as Json } };
  if (current !== undefined && !isSame(current, from as Json)) {
    const text = `expected ${JSON.stringify(from)}, but it is ${JSON.stringify(current)}`;
    return { reply: errorBody(CODE.preconditionFailed, text) };
  }
  return { reply: { type: "cas_ok" }, change: { value: to as Json } };
}
