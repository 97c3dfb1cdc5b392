import { z } from "zod";
import type { Json } from "#core/json";
import type { ProtocolBody } from "#core/target";

const anything = z.custom<Json>((value) => value !== undefined, { error: "expected a value" });
/** Clients write integers alone: nothing else can come back. */
const integer = z.int();
const integers = z.array(integer);
const steps = z.array(z.tuple([z.string(), integer, anything]));

/** What a reply carries, by workload and type of the request; the type itself is the request's with `_ok`. */
const FIELDS: Readonly<Record<string, Readonly<Record<string, z.ZodType>>>> = {
  echo: { echo: z.object({ echo: anything }) },
  "unique-ids": { generate: z.object({ id: anything }) },
  broadcast: { topology: z.object({}), broadcast: z.object({}), read: z.object({ messages: integers }) },
  "g-set": { add: z.object({}), read: z.object({ value: integers }) },
  "g-counter": { add: z.object({}), read: z.object({ value: integer }) },
  "pn-counter": { add: z.object({}), read: z.object({ value: integer }) },
  "lin-kv": { read: z.object({ value: integer.nullable() }), write: z.object({}), cas: z.object({}) },
  kafka: {
    send: z.object({ offset: integer }),
    poll: z.object({ msgs: z.record(z.string(), z.array(z.tuple([integer, integer]))) }),
    commit_offsets: z.object({}),
    list_committed_offsets: z.object({ offsets: z.record(z.string(), integer) }),
  },
  "txn-list-append": { txn: z.object({ txn: steps }) },
  "txn-rw-register": { txn: z.object({ txn: steps }) },
};

/** What is wrong with a reply, as field and expectation; undefined: nothing. */
export function replyProblem(
  workload: string,
  request: ProtocolBody,
  reply: ProtocolBody,
): string | undefined {
  const type = String(request["type"]);
  if (reply["type"] !== `${type}_ok`) return `field "type": expected "${type}_ok" or "error"`;
  const parsed = FIELDS[workload]?.[type]?.safeParse(reply);
  if (parsed === undefined) return undefined;
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    return `field "${issue?.path.join(".") ?? ""}": ${(issue?.message ?? "invalid").replace(/^Invalid input: /, "")}`;
  }
  return type === "txn" ? transactionProblem(request["txn"] as Steps, reply["txn"] as Steps) : undefined;
}

type Steps = readonly (readonly [string, Json, Json])[];

/** A transaction is answered by itself, with the reads filled in. */
function transactionProblem(asked: Steps, answered: Steps): string | undefined {
  if (answered.length !== asked.length) return `field "txn": expected ${asked.length} operations`;
  const wrong = asked.findIndex(([f, key, value], i) => {
    const [ownF, ownKey, ownValue] = answered[i]!;
    return f !== ownF || !isSame(key, ownKey) || (f !== "r" && !isSame(value, ownValue));
  });
  return wrong === -1 ? undefined : `field "txn.${wrong}": expected the operation that was asked for`;
}

const isSame = (a: Json, b: Json): boolean => JSON.stringify(a) === JSON.stringify(b);
