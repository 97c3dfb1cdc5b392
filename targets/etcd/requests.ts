import { OperationError } from "#core/errors";
import type { Json } from "#core/json";
import type { Message } from "./gateway.ts";

/** Values and set elements are stored as JSON text, so that reads return them with their type; the gateway wants base64. */
export const encode = (text: string): string => Buffer.from(text, "utf8").toString("base64");
const decode = (text: unknown): string => Buffer.from(String(text), "base64").toString("utf8");

/** What follows a set's name in the keys of its elements: no name holds it, so that no set's keys lie among another's. */
const ELEMENT = "\u0001";
const AFTER_ELEMENTS = "\u0002";

/** Each element is a key of its own: adding is one write, and nobody writes the same key twice. */
export const elementKey = (set: string, element: Json): string =>
  `${set}${ELEMENT}${JSON.stringify(element)}`;

export const readRequest = (key: string, serializable: boolean): Message => ({
  key: encode(key),
  ...(serializable ? { serializable } : {}),
});

/** All elements of a set, in one read at one revision. */
export const elementsRequest = (set: string, serializable: boolean): Message => ({
  ...readRequest(`${set}${ELEMENT}`, serializable),
  range_end: encode(`${set}${AFTER_ELEMENTS}`),
  keys_only: true,
});

export const putRequest = (key: string, value: Json): Message => ({
  key: encode(key),
  value: encode(JSON.stringify(value)),
});

/** Writes `wanted` if the key holds `expected` (null: does not exist); else reads the key, at the same revision. */
export const casRequest = (key: string, expected: Json, wanted: Json): Message => ({
  compare: [expected === null ? absent(key) : holds(key, expected)],
  success: [{ request_put: putRequest(key, wanted) }],
  failure: [{ request_range: readRequest(key, false) }],
});

/** Makes the lock's key if nobody has it; with a lease it goes when the lease does. */
export const acquireRequest = (lock: string, owner: Json, lease: string | undefined): Message => ({
  compare: [absent(lock)],
  success: [{ request_put: { ...putRequest(lock, owner), ...(lease === undefined ? {} : { lease }) } }],
  failure: [],
});

/** Deletes the lock's key if it is still the one made at this revision. */
export const releaseRequest = (lock: string, revision: number): Message => ({
  compare: [{ key: encode(lock), target: "CREATE", result: "EQUAL", create_revision: String(revision) }],
  success: [{ request_delete_range: { key: encode(lock) } }],
  failure: [],
});

const absent = (key: string): Message => ({
  key: encode(key),
  target: "CREATE",
  result: "EQUAL",
  create_revision: "0",
});
const holds = (key: string, value: Json): Message => ({
  key: encode(key),
  target: "VALUE",
  result: "EQUAL",
  value: encode(JSON.stringify(value)),
});

/** The value of the only key of a range; null: there is none. */
export function valueOf(range: Message): Json {
  const [found] = keysOf(range);
  return found === undefined ? null : parse(decode(found["value"]));
}

export const elementsOf = (range: Message): Json[] =>
  keysOf(range).map(({ key }) => {
    const name = decode(key);
    return parse(name.slice(name.indexOf(ELEMENT) + 1));
  });

const keysOf = (range: Message): readonly Message[] =>
  Array.isArray(range["kvs"]) ? (range["kvs"] as Message[]) : [];

export const succeeded = (transaction: Message): boolean => transaction["succeeded"] === true;

/** What a transaction's only read found. */
export function readIn({ responses }: Message): Message {
  const [first] = Array.isArray(responses) ? (responses as Message[]) : [];
  return (first?.["response_range"] ?? {}) as Message;
}

/** The revision of the store at which a request was performed. */
export const revisionOf = ({ header }: Message): number =>
  Number((header as Message | undefined)?.["revision"]);

function parse(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (cause) {
    throw new OperationError("rejected", `the store holds what no client wrote: ${text.slice(0, 100)}`, {
      cause,
    });
  }
}
